"""Recognition protocols: pair lists, all pairs, open set, MegaFace, IJB templates, enrolment, kiosk impostors."""
