"""Words that several parts of the people's page share."""

from app.core.i18n import QT_TRANSLATE_NOOP
from app.services.roster import Coverage, Order, Standing
from app.ui import texts

_STANDINGS = {
    Standing.ACTIVE: QT_TRANSLATE_NOOP("texts", "Active"),
    Standing.INACTIVE: QT_TRANSLATE_NOOP("texts", "Inactive"),
    Standing.NOT_YET: QT_TRANSLATE_NOOP("texts", "Not yet valid"),
    Standing.EXPIRED: QT_TRANSLATE_NOOP("texts", "Expired"),
}
_COVERAGES = {
    Coverage.NONE: QT_TRANSLATE_NOOP("texts", "No template of this model"),
    Coverage.FEW: QT_TRANSLATE_NOOP("texts", "Few templates"),
}
_ORDERS = {
    Order.NAME: QT_TRANSLATE_NOOP("texts", "Name"),
    Order.BADGE: QT_TRANSLATE_NOOP("texts", "Badge"),
    Order.GROUPS: QT_TRANSLATE_NOOP("texts", "Groups"),
    Order.STANDING: QT_TRANSLATE_NOOP("texts", "Status"),
    Order.TEMPLATES: QT_TRANSLATE_NOOP("texts", "Templates"),
    Order.ENROLLED: QT_TRANSLATE_NOOP("texts", "Enrolled"),
}
STANDING_LOOKS = {
    Standing.ACTIVE: ("check-circle", "good"),
    Standing.INACTIVE: ("prohibit", "muted"),
    Standing.NOT_YET: ("clock", "caution"),
    Standing.EXPIRED: ("calendar-x", "bad"),
}
"""Icon and role of each standing; the word always stands beside them."""


def standing(value: Standing) -> str:
    """Whether somebody is recognised."""
    return texts.translated(_STANDINGS[value])


def coverage(value: Coverage) -> str:
    """What there is to mend about somebody's templates."""
    return texts.translated(_COVERAGES[value])


def order(value: Order) -> str:
    """What a list is sorted by, which is also the heading of its column."""
    return texts.translated(_ORDERS[value])
