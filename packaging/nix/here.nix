# nix-build packaging/nix/here.nix: the package built with the compiler of this
# machine, for a check where there is no nixpkgs. Not for installation.
let
  stdenv.mkDerivation = attrs: derivation {
    inherit (attrs) src version;
    name = "${attrs.pname}-${attrs.version}";
    system = builtins.currentSystem;
    builder = "/bin/sh";
    args = [ "-ec" ''
      PATH=/usr/bin:/bin
      cp -R "$src" tree && chmod -R u+w tree && cd tree
      ./configure -q --prefix="$out"
      make
      TMPDIR=/tmp make check ${builtins.concatStringsSep " " (map (f: "'${f}'") attrs.checkFlags)}
      make install
    '' ];
  };
in
import ./default.nix {
  pkgs = {
    inherit stdenv;
    lib = { licenses.isc = "ISC"; platforms.unix = [ ]; };
    shunit2 = null;
    procps = null;
  };
}
