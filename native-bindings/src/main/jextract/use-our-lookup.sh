#!/usr/bin/env bash
# The one change made to jextract's output. It loads its library by name in a static initializer, which knows no other
# folder than the system's and answers a missing library with ExceptionInInitializerError. NativeLibrary knows where the
# launcher has put the libraries, and has an error that says what to install.
#
# Usage: use-our-lookup.sh <source root of the generated classes>
set -euo pipefail

output=$1

replace() { # class, library file, constant of NativeLibrary
  local file="$output/io/znsslab/bindings/$1.java"
  sed -i \
    -e '/static final Arena LIBRARY_ARENA = Arena.ofAuto();/,+1d' \
    -e "s|SymbolLookup.libraryLookup(\"$2\", LIBRARY_ARENA)|io.znsslab.bindings.NativeLibrary.$3.symbols()|" "$file"
  grep -q "NativeLibrary.$3.symbols()" "$file" || {
    echo "use-our-lookup.sh: $file does not load $2 in the way that this script knows" >&2
    exit 1
  }
}

replace zbd/LibZbd libzbd.so.2 LIBZBD
replace uring/LibUring liburing.so.2 LIBURING
