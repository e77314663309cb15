"""Forms of people: names follow the rules of the chat, not those of Django's accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminPasswordChangeForm, AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

from .. import services
from ..forms import NicknameField
from ..models import User
from ..text import fold


class _Named(forms.ModelForm):  # type: ignore[type-arg]
    """Names may hold spaces and any script; two that look alike are one name."""

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if User.objects.filter(folded_name=fold(name)).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("This name is taken."))
        return name

    def _get_validation_exclusions(self) -> set[str]:
        return {*super()._get_validation_exclusions(), "username"}  # type: ignore[misc]


class PersonForm(_Named, UserChangeForm):  # type: ignore[type-arg]
    username = NicknameField()


class AddPersonForm(_Named, AdminUserCreationForm):  # type: ignore[type-arg]
    """A new account; without a password nobody can log in to it."""

    username = NicknameField()

    class Meta:
        model = User
        fields = ("username",)

    def save(self, commit: bool = True) -> Any:
        """Leaves writing, and the hashing that takes its time, to the service."""
        return forms.ModelForm.save(self, commit=False)


class PasswordOfPersonForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """Another password for a person, or none; the service writes it. `user.changing`: who does it."""

    def save(self, commit: bool = True) -> Any:
        is_given = self.cleaned_data["set_usable_password"]
        services.set_password(self.user.changing, self.user, self.cleaned_data["password1"] if is_given else None)
        return self.user
