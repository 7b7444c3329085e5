#!/usr/bin/env bash
# Makes native-bindings/src/generated/java anew from the headers of this machine.
#
# Needs jextract (https://jdk.java.net/jextract, or built from openjdk/jextract) with libclang 14: 16 and later fail on
# liburing.h. The committed output was made on Debian 12 (x86-64) from libc6-dev 2.36, libzbd-dev 2.0.4 and
# liburing-dev 2.3; a build never runs this script.
#
# Usage: native-bindings/src/main/jextract/generate.sh [path of jextract]
set -euo pipefail

jextract=${1:-jextract}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
output=$(cd "$here/../../generated/java" && pwd)

command -v "$jextract" >/dev/null || {
  echo "generate.sh: '$jextract' not found; install jextract and pass its path" >&2
  exit 1
}
for header in /usr/include/libzbd/zbd.h /usr/include/liburing.h; do
  [[ -r $header ]] || {
    echo "generate.sh: $header not found: apt install libzbd-dev liburing-dev libc6-dev" >&2
    exit 1
  }
done

cd "$here"
rm -rf "$output/io"
"$jextract" @zbd.args -t io.znsslab.bindings.zbd --header-class-name LibZbd -l :libzbd.so.2 \
  --output "$output" /usr/include/libzbd/zbd.h
"$jextract" @uring.args -t io.znsslab.bindings.uring --header-class-name LibUring -l :liburing.so.2 \
  --output "$output" /usr/include/liburing.h
"$jextract" @libc.args -t io.znsslab.bindings.libc --header-class-name LibC --output "$output" libc.h

"$here/use-our-lookup.sh" "$output"
