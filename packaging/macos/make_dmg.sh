#!/usr/bin/env bash
# Signs Facelatch.app and makes a disk image with a link to Applications.
#
#   make_dmg.sh Facelatch.app facelatch.dmg
#
# FACELATCH_CODESIGN_IDENTITY   "Developer ID Application: NAME (TEAM)"; without it, the signature is valid on this machine only
# FACELATCH_NOTARY_PROFILE      profile of `xcrun notarytool store-credentials`; without it, the image is not notarised
set -euo pipefail

application=$1
image=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
identity=${FACELATCH_CODESIGN_IDENTITY:--}
options=(--force --deep --entitlements "$here/entitlements.plist" --sign "$identity")
[[ $identity == - ]] || options+=(--options runtime --timestamp)

# Signed again as a whole, since the licences were added after PyInstaller had signed it.
codesign "${options[@]}" "$application"
codesign --verify --deep --strict "$application"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
ditto "$application" "$stage/$(basename "$application")"
ln -s /Applications "$stage/Applications"
hdiutil create -volname Facelatch -srcfolder "$stage" -fs HFS+ -format ULMO -ov "$image"

if [[ $identity != - ]]; then codesign --sign "$identity" --timestamp "$image"; fi
if [[ -n ${FACELATCH_NOTARY_PROFILE:-} ]]; then
    xcrun notarytool submit "$image" --keychain-profile "$FACELATCH_NOTARY_PROFILE" --wait
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature "$image"
fi
