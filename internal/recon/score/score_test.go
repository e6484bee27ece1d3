package score

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func readText(t testing.TB, text string) []Group {
	t.Helper()
	path := filepath.Join(t.TempDir(), "matches.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	groups, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return groups
}

const truthText = "match_id,kind,side,row,record_id\n" +
	"1,one_to_one,left,1,a\n1,one_to_one,right,1,b\n" +
	"2,one_to_one,left,2,c\n2,one_to_one,right,2,d\n" +
	"3,batch,left,3,e\n3,batch,right,3,f\n3,batch,right,4,g\n3,batch,right,5,h\n" +
	"4,split,left,4,i\n4,split,left,5,j\n4,split,right,6,k\n" +
	"5,offset,right,7,l\n5,offset,right,8,m\n" +
	"6,offset,right,9,n\n6,offset,right,10,o\n"

func TestScoresAreThoseCalculatedByHand(t *testing.T) {
	// Seven true links. Found: 1-1 of match 1; 2-9 instead of 2-2; 3-3 and 3-4 of the batch, without 3-5; both of the split; one offset of
	// two. The suggestion does not count: five true links of six found.
	found := "match_id,kind,status,side,row,record_id\n" +
		"x1,one_to_one,matched,left,1,\nx1,one_to_one,matched,right,1,\n" +
		"x2,one_to_one,matched,left,2,\nx2,one_to_one,matched,right,9,\n" +
		"x3,one_to_many,,left,3,\nx3,one_to_many,,right,4,\nx3,one_to_many,,right,3,\n" +
		"x4,many_to_one,matched,right,6,\nx4,many_to_one,matched,left,5,\nx4,many_to_one,matched,left,4,\n" +
		"x5,offset,matched,right,8,\nx5,offset,matched,right,7,\n" +
		"x6,one_to_one,suggested,left,2,\nx6,one_to_one,suggested,right,2,\n"
	got := Compare(readText(t, truthText), readText(t, found))
	want := Scores{
		Kinds: []KindScore{
			{Kind: "batch", Matches: 1, Links: 3, CommonLinks: 2, Exact: 0, LinkRecall: 2.0 / 3, GroupRecall: 0},
			{Kind: "offset", Matches: 2, Links: 0, CommonLinks: 0, Exact: 1, LinkRecall: 0, GroupRecall: 0.5},
			{Kind: "one_to_one", Matches: 2, Links: 2, CommonLinks: 1, Exact: 1, LinkRecall: 0.5, GroupRecall: 0.5},
			{Kind: "split", Matches: 1, Links: 2, CommonLinks: 2, Exact: 1, LinkRecall: 1, GroupRecall: 1},
		},
		TrueLinks: 7, FoundLinks: 6, CommonLinks: 5, Precision: 5.0 / 6, Recall: 5.0 / 7, F1: 10.0 / 13,
	}
	if math.Abs(got.F1-want.F1) > 1e-12 {
		t.Errorf("F1 %v, want %v", got.F1, want.F1)
	}
	got.F1 = want.F1
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestTruthAgainstItselfIsPerfect(t *testing.T) {
	truth := readText(t, truthText)
	got := Compare(truth, truth)
	if got.Precision != 1 || got.Recall != 1 || got.F1 != 1 || got.TrueLinks != 7 || got.FoundLinks != 7 {
		t.Errorf("%+v", got)
	}
	for _, k := range got.Kinds {
		if k.GroupRecall != 1 || k.Links > 0 && k.LinkRecall != 1 {
			t.Errorf("%+v", k)
		}
	}
}

func TestNothingFoundOrNothingTrueScoresZero(t *testing.T) {
	truth := readText(t, truthText)
	if got := Compare(truth, nil); got.Precision != 0 || got.Recall != 0 || got.F1 != 0 || got.TrueLinks != 7 || len(got.Kinds) != 4 {
		t.Errorf("nothing found: %+v", got)
	}
	if got := Compare(nil, truth); got.Precision != 0 || got.Recall != 0 || got.F1 != 0 || got.FoundLinks != 7 || len(got.Kinds) != 0 {
		t.Errorf("nothing true: %+v", got)
	}
}

func TestLinkOfSeveralMatchesCountsOnce(t *testing.T) {
	// Links of the truth: 1-1 (in both kinds), 1-2, 2-1; found: 1-1 twice, 1-3, 2-1.
	truth := []Group{
		{ID: "1", Kind: "b", Left: []int{1}, Right: []int{1, 2}},
		{ID: "2", Kind: "a", Left: []int{1, 2}, Right: []int{1}},
	}
	found := []Group{
		{ID: "1", Left: []int{1}, Right: []int{1, 3}},
		{ID: "2", Left: []int{1, 2}, Right: []int{1}},
	}
	got := Compare(truth, found)
	want := Scores{
		Kinds: []KindScore{
			{Kind: "a", Matches: 1, Links: 2, CommonLinks: 2, Exact: 1, LinkRecall: 1, GroupRecall: 1},
			{Kind: "b", Matches: 1, Links: 2, CommonLinks: 1, Exact: 0, LinkRecall: 0.5, GroupRecall: 0},
		},
		TrueLinks: 3, FoundLinks: 3, CommonLinks: 2, Precision: 2.0 / 3, Recall: 2.0 / 3, F1: 2.0 / 3,
	}
	if math.Abs(got.F1-want.F1) > 1e-12 {
		t.Errorf("F1 %v, want %v", got.F1, want.F1)
	}
	got.F1 = want.F1
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestMembersOfTheOtherSideAreAnotherMatch(t *testing.T) {
	truth := []Group{{Kind: "offset", Left: []int{1, 2}}, {Kind: "offset", Right: []int{1, 23}}}
	found := []Group{{Right: []int{1, 2}}, {Right: []int{12, 3}}}
	if got := Compare(truth, found); got.Kinds[0].Exact != 0 {
		t.Errorf("%+v", got.Kinds)
	}
}

func TestFilesAsPeopleWriteThem(t *testing.T) {
	got := readText(t, "\ufeffside,\"row\",match_id\r\n Left , 2 ,m\r\nRIGHT,3,m\r\nright,3,m\r\nright,1,m\r\nleft,5,\"n,\"\"1\"\"\"\r\n")
	want := []Group{{ID: "m", Left: []int{2}, Right: []int{1, 3}}, {ID: `n,"1"`, Left: []int{5}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

func TestFilesThatAreNoMatchesAreRefused(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"", "empty"},
		{"match_id,side\n1,left\n", "no column row"},
		{"match_id,side,row\n1,left,1\n1,middle,2\n", `line 3: "middle"`},
		{"match_id,side,row\n1,left,0\n", `line 2: "0"`},
		{"match_id,side,row\n1,left,x\n", `line 2: "x"`},
		{"match_id,side,row\n1,left\n", "wrong number of fields"},
		{"match_id,side,row\n\"" + strings.Repeat("0123456789", 3*longest/10), "more than"},
	} {
		if _, err := read(strings.NewReader(c.text)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%.50q: %v, want it to say %q", c.text, err, c.says)
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none.csv")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(truthText))
	f.Add([]byte("\ufeffmatch_id,side,row,status\n1,left,1,\n1,right,99999999999999999999,suggested\n"))
	f.Add([]byte("match_id,side,row\n\"1,left"))
	f.Fuzz(func(t *testing.T, data []byte) {
		groups, err := read(strings.NewReader(string(data)))
		if err != nil {
			return
		}
		s := Compare(groups, groups)
		if s.TrueLinks != s.FoundLinks || s.CommonLinks != s.TrueLinks {
			t.Errorf("against itself: %+v", s)
		}
		for _, k := range s.Kinds {
			if k.GroupRecall != 1 {
				t.Errorf("against itself: %+v", k)
			}
		}
	})
}
