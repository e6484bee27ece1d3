package recon_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"khadamat/internal/recon"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/source"
)

// write writes a file of records and returns its path.
func write(t *testing.T, folder, name string, lines ...string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const header = "ref,date,amount,label"

// rowsOf are rows with these references: the amount and the day come from the reference.
func rowsOf(refs ...int) []string {
	lines := []string{header}
	for _, n := range refs {
		lines = append(lines, fmt.Sprintf("R%03d,2026-03-%02d,%d.%02d,payment of R%03d", n, 1+n%28, 100+n*7, n%100, n))
	}
	return lines
}

const byReference = "version: 1\npasses:\n  - name: reference\n    kind: exact\n    fields: [ref]\n"

func sidesOf(t *testing.T, inputs []recon.Input, o recon.Options) []*recon.Side {
	t.Helper()
	if err := recon.Prepare(inputs, o.Rules); err != nil {
		t.Fatal(err)
	}
	var sides []*recon.Side
	for i, in := range inputs {
		s, err := recon.Read(t.Context(), result.Side(i), in, recon.Reading{})
		if err != nil {
			t.Fatal(err)
		}
		sides = append(sides, s)
	}
	return sides
}

func run(t *testing.T, inputs []recon.Input, o recon.Options) *result.Result {
	t.Helper()
	r, err := recon.Reconcile(t.Context(), sidesOf(t, inputs, o), o)
	if err != nil {
		t.Fatal(err)
	}
	proved(t, r)
	return r
}

// proved checks that each record is in one place, and that the sums add up.
func proved(t *testing.T, r *result.Result) {
	t.Helper()
	seen := map[result.Member]int{}
	for i, m := range r.Matches {
		if m.ID != i+1 {
			t.Errorf("match %d has the number %d", i+1, m.ID)
		}
		for _, member := range m.Members {
			seen[member]++
		}
	}
	for _, o := range r.Open {
		seen[o.Member]++
	}
	records := 0
	for side, f := range r.Sources {
		records += f.Records
		counted := 0
		for _, s := range r.Sums {
			if int(s.Side) == side {
				counted += s.In.Count
			}
		}
		if counted != f.Records || f.Rejected() < 0 {
			t.Errorf("side %d: %d records, %d counted, %d rejected", side, f.Records, counted, f.Rejected())
		}
	}
	if len(seen) != records {
		t.Errorf("%d records, %d of them in matches or open", records, len(seen))
	}
	for member, n := range seen {
		if n != 1 {
			t.Errorf("%v is in %d places", member, n)
		}
	}
	for _, s := range r.Sums {
		if s.In.Count != s.Matched.Count+s.Suggested.Count+s.Offset.Count+s.Open.Count || s.In.Minor != s.Matched.Minor+s.Suggested.Minor+s.Offset.Minor+s.Open.Minor {
			t.Errorf("the sums of %s prove nothing: %+v", s.Side, s)
		}
	}
	found := map[string]int{}
	for _, m := range r.Matches {
		found[m.Pass]++
	}
	for _, p := range r.Passes {
		if p.Matches != found[p.Name] {
			t.Errorf("the pass %s says %d matches and has %d", p.Name, p.Matches, found[p.Name])
		}
	}
}

func input(paths ...string) (in recon.Input) {
	for _, path := range paths {
		in.Files = append(in.Files, recon.File{Path: path})
	}
	return in
}

func TestMatchesOfThreeSidesThatShareARecordAreOne(t *testing.T) {
	folder := t.TempDir()
	inputs := []recon.Input{
		input(write(t, folder, "a.csv", rowsOf(1, 2, 3, 4)...)),
		input(write(t, folder, "b.csv", rowsOf(1, 2, 5, 6)...)),
		input(write(t, folder, "c.csv", rowsOf(1, 5, 6, 7)...)),
	}
	r := run(t, inputs, recon.Options{Rules: []byte(byReference)})
	shapes := map[string]int{}
	for _, m := range r.Matches {
		shape := ""
		for _, member := range m.Members {
			shape += member.Side.String() + " "
		}
		shapes[shape]++
		if m.Kind != result.OneToOne || m.Difference.Minor != 0 || len(r.Parts(&m)) < len(m.Members)-1 {
			t.Errorf("%+v because of %v", m, r.Parts(&m))
		}
	}
	if len(r.Matches) != 4 || shapes["left right source3 "] != 1 || shapes["left right "] != 1 || shapes["right source3 "] != 2 || len(r.Open) != 3 {
		t.Errorf("%v, %d open", shapes, len(r.Open))
	}
}

func TestAPassIsForTheSidesThatItNames(t *testing.T) {
	folder := t.TempDir()
	inputs := []recon.Input{
		input(write(t, folder, "a.csv", rowsOf(1, 2)...)), input(write(t, folder, "b.csv", rowsOf(1)...)), input(write(t, folder, "c.csv", rowsOf(1, 2)...)),
	}
	for i, name := range []string{"ledger", "bank", "processor"} {
		inputs[i].Name = name
	}
	r := run(t, inputs, recon.Options{Rules: []byte("version: 1\npasses:\n  - name: direct\n    kind: exact\n    sides: [processor, ledger]\n    fields: [ref]\n")})
	if len(r.Matches) != 2 || len(r.Open) != 1 || r.Open[0].Side != result.Right || r.Matches[0].Members[1].Side != 2 {
		t.Errorf("%+v, open %+v", r.Matches, r.Open)
	}
}

func TestWhatWasSettledStaysAndItsRecordsAreNotMatchedAgain(t *testing.T) {
	folder := t.TempDir()
	inputs := []recon.Input{input(write(t, folder, "a.csv", rowsOf(1, 2, 3, 4)...)), input(write(t, folder, "b.csv", rowsOf(1, 2, 3, 5)...))}
	o := recon.Options{Rules: []byte(byReference), Language: "en"}
	first := run(t, inputs, o)
	key := func(side, row int) string { return first.Sources[side].Key(row) }
	o.Settled = []recon.Settled{
		{ID: "by hand", Members: []string{key(0, 1), key(1, 4)}, Kind: result.Break, Cause: "fee", Pass: "manual", Confidence: 0.75},
		{ID: "as before", Members: []string{key(0, 2), key(1, 2)}},
		{ID: "taken", Members: []string{key(0, 3), key(1, 2)}},
		{ID: "gone", Members: []string{"nobody", key(0, 3)}},
		{ID: "twice", Members: []string{key(0, 3), key(0, 3)}},
		{ID: "none"},
	}
	// The same records in another order, with a new one and a column more.
	inputs[0] = input(write(t, folder, "a2.csv", header+",new", rowsOf(4)[1]+",", rowsOf(3)[1]+",", rowsOf(2)[1]+",", rowsOf(1)[1]+",", rowsOf(9)[1]+",x"))
	r := run(t, inputs, o)
	if len(r.Matches) != 3 || strings.Join(r.Dropped, " ") != "taken gone twice none" || len(r.Notes) != 1 {
		t.Fatalf("%+v, dropped %v, notes %v", r.Matches, r.Dropped, r.Notes)
	}
	for _, m := range r.Matches {
		switch m.Settled {
		case "by hand":
			if m.Kind != result.Break || m.Cause != "fee" || m.Pass != "manual" || m.Confidence != 0.75 || m.Members[0].Row != 4 || m.Difference.Minor == 0 {
				t.Errorf("%+v", m)
			}
		case "as before":
			if m.Kind != result.OneToOne || m.Pass != result.SettledPass || m.Confidence != 1 || m.Status != result.Matched {
				t.Errorf("%+v", m)
			}
		default:
			if m.Pass != "reference" || m.Members[0].Row != 2 || m.Members[1].Row != 3 || len(r.Parts(&m)) == 0 {
				t.Errorf("%+v", m)
			}
		}
	}
}

func TestARowThatSeveralFilesHaveCountsOnce(t *testing.T) {
	folder := t.TempDir()
	double := append(rowsOf(1, 2), rowsOf(2)[1]) // the second row stands twice
	triple := append(rowsOf(3, 2), rowsOf(2)[1], rowsOf(2)[1], "broken", rowsOf(1)[1])
	s := sidesOf(t, []recon.Input{input(write(t, folder, "a.csv", double...), write(t, folder, "b.csv", triple...))}, recon.Options{})[0]
	f := s.Kept().File
	if s.Set().Len() != 5 || f.Records != 5 || f.Rows != 9 || f.Repeated != 3 || f.Rejected() != 1 || len(f.Pieces) != 2 || f.Pieces[1].Rows != 6 {
		t.Errorf("%+v with rows %v", f, s.Set().Rows)
	}
	keys := map[string]bool{}
	for row := 1; row <= f.Rows; row++ {
		if key := f.Key(row); key != "" {
			keys[key] = true
			if got := f.Original(row); len(got) != 4 || f.Record(row).Amount.Minor == 0 {
				t.Errorf("row %d is %v", row, got)
			}
		}
	}
	if len(keys) != 5 {
		t.Errorf("the keys are %v", keys)
	}
}

func TestColumnsOfSeveralFilesAreFoundByTheirNames(t *testing.T) {
	folder := t.TempDir()
	one := write(t, folder, "one.csv", "ref,amount", "A1,10.00", "A2,20.00")
	two := write(t, folder, "two.csv", "amount,note,ref", "30.00,hello,A3", "10.00,,A1")
	s := sidesOf(t, []recon.Input{input(one, two)}, recon.Options{})[0]
	if got := s.Kept().File.Original(3); strings.Join(got, "|") != "A3|30.00|hello" || s.Set().Len() != 3 {
		t.Errorf("%v, %d records", got, s.Set().Len())
	}
}

func TestWhatAPersonSaidAboutColumnsGoesBeforeWhatWasLearnt(t *testing.T) {
	folder := t.TempDir()
	path := write(t, folder, "a.csv", "id,day,total,paid,note", "X1,03/04/2026,\"1,50\",7.00,9", "X2,05/06/2026,\"2,50\",8.00,9")
	in := input(path)
	in.Mapping = record.Mapping{"day": {Written: "mm/dd/yyyy"}, "paid": {Role: record.Amount}, "note": {Ignore: true}, "id": {Role: record.Reference}}
	s := sidesOf(t, []recon.Input{in}, recon.Options{})[0]
	shown := s.Kept().File.Record(1)
	if shown.Amount.Minor != 700 || shown.Date.Format("2006-01-02") != "2026-03-04" || strings.Contains(shown.Text, "9") {
		t.Errorf("%+v", shown)
	}
	for key, mapping := range map[string]record.Mapping{
		"recon_engine.mapping_no_column": {"nobody": {}},
		"recon_engine.mapping_no_role":   {"day": {Role: "king"}},
		"recon_engine.mapping_no_form":   {"day": {Written: "yy"}},
		"recon_engine.mapping_no_type":   {"day": {Type: "colour"}},
		"recon_engine.mapping_no_fit":    {"id": {Role: record.Amount}},
	} {
		in.Mapping = mapping
		_, err := recon.Read(t.Context(), result.Left, in, recon.Reading{})
		var problem *source.Problem
		if !errors.As(err, &problem) || problem.Key != key || problem.Column == "" || !strings.HasPrefix(err.Error(), "a.csv: ") || strings.Contains(recon.Explain("en", err), "recon_") {
			t.Errorf("want %s: %v", key, err)
		}
	}
}

func TestNamesAreShownWithoutFoldersAndControls(t *testing.T) {
	in := input(write(t, t.TempDir(), "a.csv", rowsOf(1, 2)...))
	for name, want := range map[string]string{"../../etc/passwd": "passwd", `C:\secret\b.csv`: "b.csv", "a\x1b[31m\n.csv": "a[31m.csv", "x\u202evsc.exe": "xvsc.exe"} {
		in.Files[0].Name = name
		if got := sidesOf(t, []recon.Input{in}, recon.Options{})[0].Kept().File.Name; got != want {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
}

func TestKeptRecordsComeBackAsTheyWereRead(t *testing.T) {
	folder := t.TempDir()
	var refs []int
	for n := range 2*record.BlockRows + 7 {
		refs = append(refs, n)
	}
	in := input(write(t, folder, "a.csv", append(rowsOf(refs...), "broken")...), write(t, folder, "b.csv", "extra,ref", "y,Z1", "é,Z2"))
	held := sidesOf(t, []recon.Input{in}, recon.Options{})[0]
	keep := filepath.Join(folder, "kept")
	kept, err := recon.Read(t.Context(), result.Left, in, recon.Reading{Keep: keep})
	if err != nil {
		t.Fatal(err)
	}
	restored, err := recon.Restore(result.Left, keep, kept.Kept())
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []*recon.Side{kept, restored} {
		a, b := held.Kept().File, other.Kept().File
		if a.Rows != b.Rows || a.Records != b.Records || len(a.Columns) != len(b.Columns) {
			t.Fatalf("%+v, want %+v", b, a)
		}
		for row := 1; row <= a.Rows; row++ {
			if fmt.Sprint(a.Record(row), a.Original(row), a.Key(row)) != fmt.Sprint(b.Record(row), b.Original(row), b.Key(row)) {
				t.Fatalf("row %d is %v, want %v", row, b.Original(row), a.Original(row))
			}
		}
	}
	content, err := os.ReadFile(keep)
	if err != nil {
		t.Fatal(err)
	}
	for _, torn := range [][]byte{content[:len(content)-5], content[:40], nil, append(append([]byte{}, content[:len(content)/2]...), append([]byte{content[len(content)/2] + 1}, content[len(content)/2+1:]...)...)} {
		if err := os.WriteFile(keep+"2", torn, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := recon.Restore(result.Left, keep+"2", kept.Kept()); !errors.Is(err, record.ErrTorn) {
			t.Errorf("%d of %d bytes: %v", len(torn), len(content), err)
		}
	}
}

func TestWhatPeopleKeepApartFindsItsNextPartner(t *testing.T) {
	folder := t.TempDir()
	// Each payment of the left has two or three of the right that could be it; the nearest day is the best.
	left := []string{header, "P1,2026-03-10,500.00,rent", "P2,2026-04-10,700.00,wages", "P3,2026-05-10,900.00,tax"}
	right := []string{header, "Q1,2026-03-10,500.00,rent", "Q2,2026-03-12,500.00,rent", "Q3,2026-03-14,500.00,rent", "Q4,2026-04-11,700.00,wages", "Q5,2026-05-10,900.00,tax"}
	inputs := []recon.Input{input(write(t, folder, "a.csv", left...)), input(write(t, folder, "b.csv", right...))}
	o := recon.Options{Rules: []byte("version: 1\npasses:\n  - {name: close, kind: tolerance, ambiguity: best, amount: equal, date: {days: [0, 5]}}\n")}
	first := run(t, inputs, o)
	partner := func(r *result.Result, row int) int {
		for _, m := range r.Matches {
			if m.Members[0] == (result.Member{Side: result.Left, Row: row}) {
				return m.Members[1].Row
			}
		}
		return 0
	}
	if partner(first, 1) != 1 || partner(first, 2) != 4 || partner(first, 3) != 5 {
		t.Fatalf("%+v", first.Matches)
	}
	key := func(side, row int) string { return first.Sources[side].Key(row) }
	o.Apart = [][]string{{key(0, 1), key(1, 1)}, {key(0, 1), key(1, 2)}, {key(0, 2), key(1, 4)}, {key(0, 3), "gone"}}
	r := run(t, inputs, o)
	if partner(r, 1) != 3 || partner(r, 2) != 0 || partner(r, 3) != 5 || len(r.Open) != 4 {
		t.Errorf("%+v, open %+v", r.Matches, r.Open)
	}
	for i := range r.Matches {
		if r.Matches[i].Pass != "close" || len(r.Parts(&r.Matches[i])) == 0 {
			t.Errorf("%+v is not explained", r.Matches[i])
		}
	}
}

func TestWhatIsKeptApartIsLearntAboutOnce(t *testing.T) {
	left, right, err := recon.SetOf(set(t, 700, 5))
	if err != nil {
		t.Fatal(err)
	}
	inputs := []recon.Input{input(left), input(right)}
	first := run(t, inputs, recon.Options{})
	var apart [][]string
	members := map[int][]result.Member{}
	for _, m := range first.Matches {
		if len(apart) < 5 && m.Kind == result.OneToOne {
			members[len(apart)] = m.Members
			apart = append(apart, []string{first.Sources[0].Key(m.Members[0].Row), first.Sources[1].Key(m.Members[1].Row)})
		}
	}
	again := run(t, inputs, recon.Options{Apart: apart})
	if string(again.Rules) != string(first.Rules) || len(apart) != 5 {
		t.Error("other rules were learnt because people keep five matches apart")
	}
	for _, m := range again.Matches {
		for _, two := range members {
			if slices.Contains(m.Members, two[0]) && slices.Contains(m.Members, two[1]) {
				t.Errorf("%v are together again", two)
			}
		}
	}
	if n := len(first.Matches) - len(again.Matches); n < 0 || n > 5 {
		t.Errorf("%d matches, and %d with five of them kept apart", len(first.Matches), len(again.Matches))
	}
}
