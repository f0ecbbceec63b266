from functools import partial

from django.contrib.auth.decorators import login_required, user_passes_test
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from desk import broadcasts
from desk.forms import CodeForm
from desk.models import CustomerAccount, Notification, TradingCode

admins_only = user_passes_test(lambda person: person.is_staff)


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    codes = TradingCode.objects.filter(owner=request.user)[:50]
    accounts = CustomerAccount.objects.filter(owner=request.user)[:50]
    return render(request, "desk/desk.html", {"codes": codes, "accounts": accounts})


@admins_only
def codes(request: HttpRequest) -> HttpResponse:
    codes = TradingCode.objects.select_related("owner")
    if status := request.GET.get("status"):
        codes = codes.filter(status=status)
    if after := request.GET.get("after"):
        codes = codes.filter(pk__lt=after)
    return render(request, "desk/codes.html", {"codes": codes[:50]})


@require_POST
@login_required
def generate_code(request: HttpRequest) -> HttpResponse:
    form = CodeForm(request.POST)
    if not form.is_valid():
        return HttpResponse(form.errors.as_ul(), status=422)
    with transaction.atomic():
        code = form.save(commit=False)
        code.owner = request.user
        code.save()
        Notification.objects.create(message=f"{request.user.username} generated a code.")
        transaction.on_commit(partial(broadcasts.code_changed, code, None, request.user.username))
    return render(request, "desk/code_row.html", {"code": code}, status=201)


@require_POST
@admins_only
def change_code(request: HttpRequest) -> HttpResponse:
    if request.POST.get("action") != "activate":
        return HttpResponse("Unknown action.", status=422)
    with transaction.atomic():
        code = get_object_or_404(TradingCode.objects.select_related("owner"), pk=request.POST["code_id"])
        account = code.activate()
        if account is None:
            return HttpResponse("Someone was first.", status=409)
        Notification.objects.create(message=f"{request.user.username} activated {code.code}.", level="success")
        Notification.objects.create(person=code.owner, message=f"Your code {code.code} is active.", level="success")
        transaction.on_commit(partial(broadcasts.code_changed, code, account, request.user.username))
    return render(request, "desk/code_row.html", {"code": code})


@require_POST
@admins_only
def broadcast(request: HttpRequest) -> HttpResponse:
    message, level = request.POST["message"], request.POST.get("level", "info")
    with transaction.atomic():
        Notification.objects.create(message=message, level=level)
        transaction.on_commit(partial(broadcasts.told_to_everyone, message, level))
    return HttpResponse(status=201)
