# Completion of procgroup for fish. The file is installed under the name of each
# command, and completes that.
function __procgroup
	set -l words (commandline -opc) (commandline -ct)
	for one in ("@COMPLETE@" $words 2>/dev/null)
		switch $one
			case '!files'
				__fish_complete_path (commandline -ct)
			case '!directories'
				__fish_complete_directories (commandline -ct)
			case '!commands'
				complete -C (commandline -ct)
			case '!users'
				__fish_complete_users
			case '!rest *'
				set -l at (string replace '!rest ' '' -- $one)
				complete -C (string join -- ' ' $words[(math $at + 1)..-1])
			case '*'
				echo $one
		end
	end
end
complete -c (status basename | string replace -r '\.fish$' '') -f -k -a '(__procgroup)'
