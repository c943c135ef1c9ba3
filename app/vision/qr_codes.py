"""Reads QR codes in pictures."""

import logging

import cv2

from app.core.faces import Image

log = logging.getLogger(__name__)


class QrReader:
    """Reads the text of a QR code. Owned by one thread."""

    def __init__(self) -> None:
        self._detector = cv2.QRCodeDetector()

    def read(self, image: Image) -> str:
        """Return the text of the QR code in a picture; empty if none can be read."""
        try:
            return self._detector.detectAndDecode(image)[0]
        except (cv2.error, UnicodeDecodeError) as error:  # damaged codes fail inside OpenCV
            log.debug("cannot read a QR code: %s", error)
            return ""
