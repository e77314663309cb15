"""Members of staff with the permissions that a test gives them."""

from django.contrib.auth.models import Permission

from chat import services
from chat.models import User


def staff_with(*permissions: str) -> User:
    """Somebody new, with permissions such as `ban_user`."""
    user = services.sign_up(f"Staff {User.objects.count()}", None)
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    assert user.user_permissions.count() == len(permissions)
    return User.objects.get(pk=user.pk)
