package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func readJSON(t testing.TB, content string) table {
	t.Helper()
	s, err := OpenJSON(strings.NewReader(content), Options{})
	if err != nil {
		t.Fatal(err)
	}
	return readAll(t, s)
}

func TestObjectsAreReadHoweverTheyFollowEachOther(t *testing.T) {
	tests := map[string]struct {
		content string
		format  Format
		lines   string
	}{
		"an array":                  {`[{"id":1,"who":{"name":"Ali"}},` + "\n" + `{"id":2,"who":{"name":"Zoé"}}]` + "\n", JSON, "[1 2]"},
		"an array in an object":     {"{\"count\":2,\n\"owners\":[{\"x\":1}],\"data\":{\"items\":[\n{\"id\":1,\"who\":{\"name\":\"Ali\"}}\n,{\"id\":2,\"who\":{\"name\":\"Zoé\"}}]},\"more\":\"]}{\\\\\\\"\"}", JSON, "[3 4]"},
		"lines":                     {`{"id":1,"who":{"name":"Ali"}}` + "\r\n\n" + `{"id":2,"who":{"name":"Zoé"}}`, NDJSON, "[1 3]"},
		"one after the other":       {"{\n \"id\": 1,\n \"who\": {\"name\": \"Ali\"}\n}\n{\n \"id\": 2,\n \"who\": {\"name\": \"Zoé\"}\n}\n", JSON, "[1 5]"},
		"UTF-16":                    {"\xFF\xFE" + encoded(t, utf16LEName, `[{"id":1,"who":{"name":"Ali"}},{"id":2,"who":{"name":"Zoé"}}]`), JSON, "[1 1]"},
		"spaces between everything": {" [ { \"id\" : 1 , \"who\" : { \"name\" : \"Ali\" } } , {\"id\":2 ,\"who\": {\"name\":\"Zoé\" } } ] ", JSON, "[1 1]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := readJSON(t, test.content)
			wantHeader(t, got, "id|who.name")
			wantRows(t, got, "1|Ali", "2|Zoé")
			wantProblems(t, got)
			if got.Format != test.format || fmt.Sprint(got.lines) != test.lines {
				t.Errorf("%s, lines %v", got.Format, got.lines)
			}
		})
	}
}

func TestValuesStayAsTheyAreWritten(t *testing.T) {
	got := readJSON(t, `[{"a":1234567890123456789.10,"b":-1.5e-3,"c":true,"d":null,"e":"x\n\"é\u00e9\ud83d\ude00\\","f":[1, {"g":"]"}],"h":[],"i":{}}]`)
	wantHeader(t, got, "a|b|c|d|e|f|h")
	wantRows(t, got, "1234567890123456789.10|-1.5e-3|true||x\n\"éé😀\\|[1, {\"g\":\"]\"}]|")
}

func TestTheColumnsAreTheKeysOfTheFirstObjects(t *testing.T) {
	var b strings.Builder
	for i := range learnLimit - 1 {
		fmt.Fprintf(&b, "{\"a\":%d}\n", i)
	}
	b.WriteString("{\"b\":1}\n{\"a\":2,\"late\":3}\n{\"b\":4}\n")
	got := readJSON(t, b.String())
	wantHeader(t, got, "a|b")
	wantProblems(t, got, fmt.Sprintf("json_key_new %d %[1]d", learnLimit+1))
	if got.problems[0].Column != "late" || len(got.rows) != learnLimit+1 || got.rows[learnLimit][1] != "4" {
		t.Errorf("%+v, %d rows", got.problems[0], len(got.rows))
	}
}

func TestAnElementThatIsWrongCostsOneRow(t *testing.T) {
	deep := strings.Repeat(`{"a":`, depthLimit+2) + "1" + strings.Repeat("}", depthLimit+2)
	got := readJSON(t, `[{"a":1},{"a" 2},7,{"a":1,"a":2},{"a":01},"x",{"a":"\x"},`+deep+`,[1],{"a":9}]`)
	wantRows(t, got, "1", "9")
	wantProblems(t, got, "json_syntax 2 1", "json_not_object 3 1", "json_key_twice 4 1", "json_syntax 5 1", "json_not_object 6 1", "json_syntax 7 1",
		"json_deep 8 1", "json_not_object 9 1")
	got = readJSON(t, "{\"a\":1}\n{\"a\":\nnonsense\n{\"a\":2}\n")
	wantRows(t, got, "1", "2")
	wantProblems(t, got, "json_syntax 2 2", "json_not_object 3 3")
}

func TestASecondListIsTold(t *testing.T) {
	got := readJSON(t, "{\"long\":[{\"a\":1},{\"a\":2}],\n\"short\":[{\"b\":1}]}")
	wantRows(t, got, "1", "2")
	wantNotes(t, got, "json_second_list 2 ")
}

func TestJSONThatBreaksOffEndsWithAProblem(t *testing.T) {
	tests := map[string]struct{ content, key string }{
		"in a list":      {`[{"a":1},{"a":2}`, "recon_source.json_truncated"},
		"in an element":  {`[{"a":1},{"a":`, "recon_source.json_truncated"},
		"without comma":  {`[{"a":1}{"a":2}]`, "recon_source.json_syntax"},
		"in the wrapper": {`{"x":[{"a":1}],"y":`, "recon_source.json_truncated"},
		"after the list": {`[{"a":1}] x`, "recon_source.json_syntax"},
		"no objects":     {`[1,2]`, "recon_source.json_no_objects"},
		"empty list":     {`[]`, "recon_source.json_no_objects"},
		"empty":          {" \n", "recon_source.empty"},
		"a text":         {`"x"`, "recon_source.json_syntax"},
		"without an end": {`[{"a":1},{"a":"` + strings.Repeat("x", 2*windowSize), "recon_source.record_long"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, err := OpenJSON(strings.NewReader(test.content), Options{})
			for err == nil {
				_, err = s.Next()
			}
			var problem *Problem
			if !errors.As(err, &problem) || problem.Key != test.key || problem.Row != 0 {
				t.Errorf("%v, want %s", err, test.key)
			}
		})
	}
}

func TestALongListIsStreamed(t *testing.T) {
	var b strings.Builder
	b.WriteString("[")
	const rows = 120_000
	for i := range rows {
		fmt.Fprintf(&b, "{\"id\":%d,\"text\":\"a \\u00e9 %d\",\"amount\":%d.50},\n", i, i, i)
	}
	s, err := OpenJSON(&stuttering{strings.NewReader(strings.TrimSuffix(b.String(), ",\n") + "]")}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got := readAll(t, s)
	if len(got.rows) != rows {
		t.Fatalf("%d rows", len(got.rows))
	}
	for i, row := range got.rows {
		if strings.Join(row, "|") != fmt.Sprintf("%d|a é %d|%d.50", i, i, i) || got.lines[i] != i+1 {
			t.Fatalf("row %d in line %d: %q", i+1, got.lines[i], row)
		}
	}
}

func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`[{"a":1}]`, "{\"a\":1}\n{\"b\":\"\\u00e9\"}\n", `{"x":{"y":[{"a":[1]}]},"z":2}`, `[{"a":"\ud800"}`, `{"a":`, "[{}]", "{\"a\"\n{", `[{"a":1},,]`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		s, err := OpenJSON(bytes.NewReader(content), Options{})
		drain(t, s, err)
	})
}

// drain reads a source to its end, which comes after one row for each byte at most.
func drain(t *testing.T, s Source, err error) {
	t.Helper()
	if err != nil {
		return
	}
	for rows := 1; ; rows++ {
		row, err := s.Next()
		var problem *Problem
		switch {
		case err == nil && row.Number != rows, errors.As(err, &problem) && problem.Row != rows && problem.Row != 0:
			t.Fatalf("%d, %v came as row %d", row.Number, err, rows)
		case err != nil && (problem == nil || problem.Row == 0):
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return
		}
		if err == nil && len(row.Values) != len(s.Description().Header) {
			t.Fatalf("%d values under %q", len(row.Values), s.Description().Header)
		}
	}
}

func BenchmarkJSON(b *testing.B) {
	content := []byte(strings.Repeat(`{"id":"OP0001510","date":"2020-05-20","who":{"name":"Hamza Filali"},"amount":3573.04}`+"\n", 300_000))
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		s, err := OpenJSON(bytes.NewReader(content), Options{})
		rows := 0
		for ; err == nil; rows++ {
			_, err = s.Next()
		}
		if err != io.EOF || rows != 300_001 {
			b.Fatal(rows, err)
		}
	}
}
