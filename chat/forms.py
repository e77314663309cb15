"""Forms of the pages: what people type is checked by the same rules as everywhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils.translation import gettext_lazy as _

from . import wire
from .errors import ChatError
from .models import Room, User
from .text import clean_name


class NicknameField(forms.CharField):
    """A name of a person, in the form in which it is kept."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "off", "spellcheck": "false"})
        super().__init__(max_length=40, widget=widget, **{"label": _("Name"), **kwargs})

    def clean(self, value: Any) -> Any:
        return _checked(clean_name, super().clean(value))


class GuestForm(forms.Form):
    name = NicknameField(label=_("Nickname"))


class SignUpForm(forms.Form):
    name = NicknameField()
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 8 characters; a few random words are good."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("name") and cleaned.get("password"):
            try:
                password_validation.validate_password(cleaned["password"], User(username=cleaned["name"]))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class LogInForm(AuthenticationForm):
    """Django's own, with our words for the fields."""

    username = NicknameField()


class NameForm(forms.Form):
    name = NicknameField()


class LookForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("look",)
        widgets = {"look": forms.RadioSelect}


class PasswordForm(PasswordChangeForm):
    """Django's own: the old password, and the new one twice; the page has other forms, so it takes no focus."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["old_password"].widget.attrs["autofocus"]


class RoomForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new room: its name, topic and kind."""

    class Meta:
        model = Room
        fields: tuple[str, ...] = ("name", "topic", "kind")
        widgets: dict[str, Any] = {"kind": forms.RadioSelect}


class RoomSettingsForm(RoomForm):
    """Everything that the people who run a room may change."""

    allowed_transports = forms.TypedMultipleChoiceField(
        label=_("Allowed transports"), choices=Room.Transport.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta(RoomForm.Meta):
        fields = Room.SETTINGS
        widgets = dict.fromkeys(("kind", "state", "guests", "default_transport"), forms.RadioSelect)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        allowed, default = cleaned.get("allowed_transports"), cleaned.get("default_transport")
        if allowed and default and default not in allowed:
            self.add_error("default_transport", _("The default transport must be one of those allowed."))
        return cleaned


class InviteForm(forms.Form):
    """How long a new link works, and for how many people."""

    days = forms.ChoiceField(
        label=_("Works for"),
        required=False,
        initial=7,
        choices=[(1, _("1 day")), (7, _("1 week")), (30, _("30 days")), (365, _("1 year"))],
    )
    max_uses = forms.IntegerField(
        label=_("For how many people"),
        required=False,
        min_value=1,
        help_text=_("Empty: for any number. People who are members already do not count."),
    )


def add_problem(form: forms.BaseForm, problem: ChatError) -> None:
    """Shows a refusal of the services at the field that it names."""
    form.add_error(problem.field if problem.field in form.fields else None, problem.message)


def in_order(transports: list[str]) -> list[str]:
    """Transports in the order of preference, whatever the order of the boxes."""
    return [name for name in wire.TRANSPORTS if name in transports]


def _checked(check: Any, value: Any) -> Any:
    try:
        return check(value)
    except ChatError as problem:
        raise forms.ValidationError(problem.message) from None
