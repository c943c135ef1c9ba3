import pytest

from app.core.errors import InvalidPassword
from app.core.roles import PERMISSIONS, Permission, Role, UserSession, has_permission, validate_password


def test_operator_has_four_permissions() -> None:
    assert PERMISSIONS[Role.OPERATOR] == {
        Permission.SEE_PEOPLE,
        Permission.ENROL,
        Permission.MARK_MATCH,
        Permission.RESET_LOCKOUTS,
    }


@pytest.mark.parametrize("permission", Permission)
def test_admin_has_every_permission_and_no_user_has_any(permission: Permission) -> None:
    assert has_permission(Role.ADMIN, permission)
    assert not has_permission(None, permission)
    assert has_permission(Role.OPERATOR, permission) is (permission in PERMISSIONS[Role.OPERATOR])


@pytest.mark.parametrize("password", ["12345678", "aaaaaaab", "x1" * 128])
def test_password_of_8_to_256_characters_is_valid(password: str) -> None:
    assert validate_password(password) == password


@pytest.mark.parametrize("password", ["", "1234567", "aaaaaaaa", "x1" * 128 + "y"])
def test_password_that_is_short_long_or_uniform_is_rejected(password: str) -> None:
    with pytest.raises(InvalidPassword) as caught:
        validate_password(password)
    assert caught.value.hint == "Use 8 to 256 characters, not all the same."


def test_name_of_the_signed_in_role() -> None:
    session = UserSession()
    assert session.role_name == ""
    session.role = Role.OPERATOR
    assert session.role_name == "operator"
