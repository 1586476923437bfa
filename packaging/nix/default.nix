# nix-build packaging/nix -I nixpkgs=...: procgroup from this tree.
{ pkgs ? import <nixpkgs> { } }:

pkgs.stdenv.mkDerivation {
  pname = "procgroup";
  version = "0.1";
  src = ../..;

  # The shell commands begin with /bin/sh, which nix has.
  dontPatchShebangs = true;

  doCheck = true;
  nativeCheckInputs = [ pkgs.shunit2 pkgs.procps ];
  checkFlags = [ "TESTS=handle_test pgproc_test pgtrack_test" ];

  meta = {
    description = "Start, find, record and end whole process groups";
    license = pkgs.lib.licenses.isc;
    mainProgram = "pgup";
    platforms = pkgs.lib.platforms.unix;
  };
}
