from django import forms

from desk.models import TradingCode

PLANS = [(plan, plan) for plan in ("7", "30", "90", "180", "365", "lifetime")]


class CodeForm(forms.ModelForm):
    platform = forms.ChoiceField(choices=[("mt4", "MetaTrader 4"), ("mt5", "MetaTrader 5")])
    account_number = forms.RegexField(r"^\d{4,12}$")
    plan = forms.ChoiceField(choices=PLANS)

    class Meta:
        model = TradingCode
        fields = ["platform", "account_number", "plan"]
