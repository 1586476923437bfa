class Procgroup < Formula
  desc "Start, find, record and end whole process groups"
  homepage "https://procgroup.invalid"
  url "https://procgroup.invalid/procgroup-0.1.tar.gz"
  sha256 "00"
  license "ISC"

  def install
    system "./configure", "--prefix=#{prefix}", "--mandir=#{man}"
    system "make", "install"
  end

  test do
    assert_equal "ended", shell_output("#{bin}/pgspawn -- echo ended").chomp
    (testpath/"Procfile").write "web: echo \"$PS is on $PORT\"\n"
    assert_equal "web.1 is on 5000", shell_output("#{bin}/pgproc exec web").chomp
  end
end
