from desk import views
from django.contrib.auth.views import LoginView
from django.urls import path

urlpatterns = [
    path("login", LoginView.as_view(template_name="desk/login.html", next_page="/")),
    path("healthz", views.health),
    path("", views.desk),
    path("admin/codes", views.codes),
    path("api/generate-code", views.generate_code),
    path("api/admin/codes", views.change_code),
    path("api/admin/broadcast", views.broadcast),
]
