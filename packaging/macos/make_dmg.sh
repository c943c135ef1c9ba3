#!/usr/bin/env bash
# Signs Facelatch.app and puts it into a disk image, beside a link to Applications.
#
#   make_dmg.sh Facelatch.app facelatch.dmg
#
# FACELATCH_CODESIGN_IDENTITY   "Developer ID Application: NAME (TEAM)"; without it, it is signed for this machine only
# FACELATCH_NOTARY_PROFILE      what `xcrun notarytool store-credentials` keeps them under; without it, it is not notarised
set -euo pipefail

application=$1
image=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
identity=${FACELATCH_CODESIGN_IDENTITY:--}
options=(--force --deep --entitlements "$here/entitlements.plist" --sign "$identity")
[[ $identity == - ]] || options+=(--options runtime --timestamp)

# Again as a whole: the licences came in after PyInstaller had signed it.
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
