package rules

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"khadamat/internal/recon/record"
)

// Parse reads a ruleset, or says all that is wrong with it, in the order of the text. Nothing but comments and white space is the
// automatic ruleset.
func Parse(data []byte) (*Ruleset, []Problem) {
	found := &problems{places: map[string]spot{}}
	if len(data) > mostBytes {
		found.list = append(found.list, Problem{Key: "recon_rules.too_long", Args: map[string]any{"Most": mostBytes}, Line: 1, Column: 1})
		return nil, found.list
	}
	document := found.read(data)
	if len(found.list) > 0 {
		return nil, found.list
	}
	if document == nil {
		return Automatic(), nil
	}
	grammar.examine(document, "", found)
	if len(found.list) > 0 {
		return nil, found.sorted()
	}
	set := &Ruleset{places: found.places}
	if err := document.Decode(set); err != nil {
		// What the grammar takes, Go takes too: that is tested. Should it ever not, the writer is told what the decoder says.
		found.add(document, "", "recon_rules.not_yaml", map[string]any{"Detail": err.Error()})
		return nil, found.list
	}
	set.check(found)
	if len(found.list) > 0 {
		return nil, found.sorted()
	}
	return set, nil
}

// problems collects what is wrong, and where everything stands.
type problems struct {
	list   []Problem
	places map[string]spot
}

// mostProblems bounds how many are told: who reads them mends the first ones first.
const mostProblems = 100

func (f *problems) add(node *yaml.Node, path, key string, args map[string]any) {
	if len(f.list) < mostProblems {
		f.list = append(f.list, Problem{Key: key, Args: args, Line: node.Line, Column: node.Column, Path: path})
	}
}

// at adds a problem of a part that was read.
func (f *problems) at(path, key string, args map[string]any) {
	spot := f.places[path]
	f.add(&yaml.Node{Line: spot.line, Column: spot.column}, path, key, args)
}

func (f *problems) sorted() []Problem {
	slices.SortStableFunc(f.list, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return f.list
}

func (f *problems) unknownKey(name *yaml.Node, path string, allowed []string) {
	args := map[string]any{"Name": clip(name.Value), "Allowed": strings.Join(allowed, ", ")}
	if args["Meant"] = Meant(name.Value, allowed); args["Meant"] != "" {
		f.add(name, path, "recon_rules.unknown_key_meant", args)
		return
	}
	delete(args, "Meant")
	f.add(name, path, "recon_rules.unknown_key", args)
}

func (f *problems) notAmong(node *yaml.Node, path string, allowed []string) {
	args := map[string]any{"Value": clip(node.Value), "Allowed": strings.Join(allowed, ", ")}
	if args["Meant"] = Meant(node.Value, allowed); args["Meant"] != "" {
		f.add(node, path, "recon_rules.not_among_meant", args)
		return
	}
	delete(args, "Meant")
	f.add(node, path, "recon_rules.not_among", args)
}

var lineOf = regexp.MustCompile(`line (\d+)`)

// read returns the content of the document, nil where there is none.
func (f *problems) read(data []byte) *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document, second yaml.Node
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		err = decoder.Decode(&second)
		if err == nil {
			f.add(&second, "", "recon_rules.several_documents", nil)
			return nil
		}
		if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	if err != nil {
		at := &yaml.Node{Line: 1, Column: 1}
		if said := lineOf.FindStringSubmatch(err.Error()); said != nil {
			at.Line, _ = strconv.Atoi(said[1])
		}
		f.add(at, "", "recon_rules.not_yaml", map[string]any{"Detail": strings.TrimPrefix(err.Error(), "yaml: ")})
		return nil
	}
	if len(document.Content) == 0 {
		return nil
	}
	content := document.Content[0]
	if content.Kind == yaml.ScalarNode && content.ShortTag() == "!!null" && content.Value == "" {
		return nil
	}
	f.refuseReferences(content)
	return content
}

// refuseReferences refuses anchors, aliases and tags: a ruleset says what it says where it stands.
func (f *problems) refuseReferences(node *yaml.Node) {
	if node.Kind == yaml.AliasNode || node.Anchor != "" || node.Style&yaml.TaggedStyle != 0 || node.ShortTag() == "!!merge" {
		f.add(node, "", "recon_rules.references", nil)
		return
	}
	for _, child := range node.Content {
		f.refuseReferences(child)
	}
}

// check looks for what the grammar cannot say.
func (r *Ruleset) check(found *problems) {
	checkPasses(r.Passes, "", found)
	r.Evidence.check("", found)
	for i, p := range r.Pairs {
		path := "pairs[" + strconv.Itoa(i) + "]"
		if slices.ContainsFunc(r.Pairs[:i], func(other Pair) bool { return slices.Equal(other.Sides, p.Sides) }) {
			found.at(path+".sides", "recon_rules.pair_twice", map[string]any{"Left": clip(p.Sides[0]), "Right": clip(p.Sides[1])})
		}
		for k := range p.Passes {
			if p.Passes[k].Sides != nil {
				found.at(path+".passes["+strconv.Itoa(k)+"].sides", "recon_rules.sides_of_pair", nil)
			}
		}
		checkPasses(p.Passes, path+".", found)
		p.Evidence.check(path+".", found)
	}
}

func checkPasses(passes []Pass, within string, found *problems) {
	names := map[string]bool{}
	for i := range passes {
		p := &passes[i]
		path := within + "passes[" + strconv.Itoa(i) + "]"
		if names[p.Name] {
			found.at(path+".name", "recon_rules.name_twice", map[string]any{"Name": clip(p.Name)})
		}
		names[p.Name] = true
		for k, f := range p.Fields {
			f.check(path+".fields["+strconv.Itoa(k)+"]", found)
		}
		p.checkLimits(path, found)
		if p.Where != nil {
			checkConditions(p.Where.Left, path+".where.left", found)
			checkConditions(p.Where.Right, path+".where.right", found)
		}
		if p.Joint && !joins(passes, i) {
			found.at(path+".joint", "recon_rules.joint_alone", nil)
		}
		if p.Kind == Scored && p.Of != Pairs && p.Of != "" && (p.Fields != nil || p.Amount != nil || p.Date != nil) {
			found.at(path+".of", "recon_rules.pairs_only", nil)
		}
		if p.Match != nil && p.Suggest != nil && *p.Suggest > *p.Match {
			found.at(path+".suggest", "recon_rules.suggest_above_match", nil)
		}
		if p.Kind == Near && !slices.ContainsFunc(p.Fields, Field.Key) && p.Date == nil {
			found.at(path, "recon_rules.near_anything", nil)
		}
	}
}

func (e *Evidence) check(within string, found *problems) {
	if e == nil {
		return
	}
	weighted := 0
	for _, c := range e.Compare {
		if c.Bits != nil || c.Agree != nil {
			weighted++
		}
	}
	if weighted > 0 && weighted < len(e.Compare) {
		found.at(within+"evidence.compare", "recon_rules.some_weights", nil)
	}
}

// joins says whether a pass can be decided together with the one before: sums and pairs of the same records.
func joins(passes []Pass, i int) bool {
	if i == 0 {
		return false
	}
	before, p := &passes[i-1], &passes[i]
	return before.Kind == Scored && !before.Joint && before.Of == Sums && (p.Of == Pairs || p.Of == "")
}

func (f Field) check(path string, found *problems) {
	if f.Extract != "" {
		checkPattern(f.Extract, path+".extract", found)
	}
	if f.Similar > 0 && f.Contains > 0 {
		found.at(path+".contains", "recon_rules.similar_and_contains", nil)
	}
}

func checkPattern(pattern, path string, found *problems) {
	if _, err := regexp.Compile(pattern); err != nil {
		found.at(path, "recon_rules.bad_pattern", map[string]any{"Detail": strings.TrimPrefix(err.Error(), "error parsing regexp: ")})
	}
}

func (p *Pass) checkLimits(path string, found *problems) {
	if a := p.Amount; a != nil {
		checkRange(a.Absolute, path+".amount.absolute", found)
		checkRange(a.Percent, path+".amount.percent", found)
		checkLimitField(a.Field, path+".amount.field", found)
	}
	if d := p.Date; d != nil {
		checkRange(d.Days, path+".date.days", found)
		checkRange(d.BusinessDays, path+".date.business_days", found)
		checkLimitField(d.Field, path+".date.field", found)
	}
}

// checkLimitField refuses what has no meaning for amounts and dates.
func checkLimitField(f *Field, path string, found *problems) {
	if f != nil && (f.Extract != "" || f.Last > 0 || !f.Key()) {
		found.at(path, "recon_rules.plain_field", nil)
	}
}

func checkRange(r *Range, path string, found *problems) {
	if r != nil && r.From > r.To {
		found.at(path, "recon_rules.range_order", map[string]any{"From": plain(r.From), "To": plain(r.To)})
	}
}

func checkConditions(conditions []Condition, path string, found *problems) {
	for i, c := range conditions {
		at := path + "[" + strconv.Itoa(i) + "].value"
		if len(c.Value) > 1 && c.Op != OneOf {
			found.at(at, "recon_rules.one_value", map[string]any{"Name": string(c.Op)})
			continue
		}
		switch c.Op {
		case Matches:
			checkPattern(c.Value[0], at, found)
		case Less, AtMost, More, AtLeast:
			if _, number := Number(c.Value[0]); number {
				continue
			}
			if _, day := DayOf(c.Value[0]); !day {
				found.at(at, "recon_rules.number_or_date", map[string]any{"Value": clip(c.Value[0])})
			}
		}
	}
}

// Number reads a number of a condition.
func Number(value string) (float64, bool) {
	n, err := strconv.ParseFloat(value, 64)
	return n, err == nil && n-n == 0
}

// DayOf reads a date of a condition, which stands as 2026-11-22.
func DayOf(value string) (record.Day, bool) {
	t, err := time.Parse(time.DateOnly, value)
	if err != nil {
		return record.NoDay, false
	}
	return record.DayOf(t), true
}

// Meant returns the allowed word that someone most likely meant, empty where none is near.
func Meant(written string, allowed []string) string {
	if len(written) > mostLetters {
		return ""
	}
	best, least := "", 1+max(1, len(written)/3)
	for _, w := range allowed {
		if d := editDistance(strings.ToLower(written), w); d < least {
			best, least = w, d
		}
	}
	return best
}

// editDistance counts the letters to change, add or leave out (Levenshtein).
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
