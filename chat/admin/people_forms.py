"""Forms of people: names follow the rules of the chat, not those of Django's accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.utils.translation import gettext_lazy as _

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
