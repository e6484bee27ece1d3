package queue

import "strconv"

// key is a key of the keyboard, or a few, with the text that says what it does. The script of the queue does it.
type key struct {
	Caps []string
	Key  string
}

var keys = []key{
	{[]string{"j", "k"}, "recon_queue.keys.move"},
	{[]string{"Enter", "o"}, "recon_queue.keys.open"},
	{[]string{"a"}, "recon_queue.keys.accept"},
	{[]string{"r"}, "recon_queue.keys.reject"},
	{[]string{"m"}, "recon_queue.keys.match"},
	{[]string{"u"}, "recon_queue.keys.unmatch"},
	{[]string{"c"}, "recon_queue.keys.comment"},
	{[]string{"x"}, "recon_queue.keys.choose"},
	{[]string{"Shift", "j", "k"}, "recon_queue.keys.extend"},
	{[]string{"z"}, "recon_queue.keys.undo"},
	{[]string{"/"}, "recon_queue.keys.search"},
	{[]string{"g", "0–9"}, "recon_queue.keys.tab"},
	{[]string{"Esc"}, "recon_queue.keys.back"},
	{[]string{"?"}, "recon_queue.keys.help"},
}

// cleared are the pairs that take every choice but the status away.
var cleared = []string{"kind", "", "cause", "", "side", "", "assignee", "", "min", "", "max", "", "from", "", "to", "", "age", "", "currency", "", "reason", "", "pass", "", "q", ""}

func ageValue(days int) string {
	if days == 0 {
		return ""
	}
	return strconv.Itoa(days)
}
