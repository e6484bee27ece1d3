package source

import (
	"strings"
	"testing"
	"time"
)

// Each of these is read in some 0.1 s; if looking for an end went back to the same bytes for every record, it would take minutes.
func TestHostileFilesAreReadInOnePass(t *testing.T) {
	const size = 2 << 20
	repeated := func(s string) string { return strings.Repeat(s, size/len(s)) }
	tests := map[string]struct {
		open    func(content string) (Source, error)
		content []string
	}{
		"csv": {func(content string) (Source, error) { return OpenCSV(strings.NewReader(content), Options{}) }, []string{
			repeated(`"`), repeated("\"a\n"), repeated("a,\"\n"), "\"x\n" + repeated("\"\"b\n"), repeated("\"\"\"b\n"), repeated("\"\"\"\"b\n"),
			repeated("a,\"\\\"b\\\"\n"), repeated("a,\"\\\"\n"), repeated("\"x\"y,\n"), repeated("\"\n\n"), repeated(`   "`), "a,b\n1,2\n" + repeated("\n"),
			"a,b\n1,2\n" + repeated(strings.Repeat(",", 1000)+"\n"), "a,b\n" + repeated(strings.Repeat("x", recordLimit+1)+"\n")}},
		"json": {func(content string) (Source, error) { return OpenJSON(strings.NewReader(content), Options{}) }, []string{
			repeated("["), repeated(`{"a":`), "{" + repeated(`"a":[{}],`), "[" + repeated("{},"), `[{"a":1}` + repeated(`,{"a":"`), `[{"a":"` + repeated(`\"`),
			repeated(`{"a":"` + strings.Repeat(`\\`, 1000) + "\"}\n"), "[{" + repeated(`"a":1,`), `[{"a":1}` + repeated(" ") + "]", "{\"a\":1}\n" + repeated("{\n")}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for i, content := range test.content {
				begun := time.Now()
				s, err := test.open(content)
				drain(t, s, err)
				if took := time.Since(begun); took > 20*time.Second {
					t.Errorf("file %d took %v", i, took)
				}
			}
		})
	}
}
