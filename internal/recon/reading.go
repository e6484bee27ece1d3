package recon

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"unicode"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/source"
	"khadamat/internal/recon/source/open"
	"khadamat/internal/texts"
)

// Reading says how a side is read.
type Reading struct {
	Language i18n.Language         // of what people read about rows that cannot be read
	Keep     string                // a file that the records are kept in until Close, which Restore continues from; empty: they are held in memory
	Tell     func(rows, all int64) // told from time to time how many rows are done, and about how many there are: 0 where that is not known
}

// tellEvery is how many rows pass between two words about the progress.
const tellEvery = record.BlockRows

// Read reads a side and learns what its columns are. The error of a file that cannot be worked with is for Explain.
func Read(ctx context.Context, which result.Side, in Input, o Reading) (*Side, error) {
	r := &reader{side: &Side{set: &record.Set{}}, which: which, o: o, sentences: map[string]string{}, most: map[result.Content]int{}, several: len(in.Files) > 1}
	if o.Keep != "" {
		spill, err := record.NewSpill(o.Keep)
		if err != nil {
			return nil, err
		}
		r.spill = spill
	}
	if err := r.read(ctx, in); err != nil {
		if r.spill != nil {
			err = errors.Join(err, r.spill.Drop())
		}
		return nil, err
	}
	s := r.side
	if r.spill != nil {
		unmap, err := r.spill.Close(s.set)
		if err != nil {
			return nil, err
		}
		s.unmap = unmap
	}
	s.set.Learn()
	if err := s.set.Apply(in.Mapping); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", s.kept.File.Name, err), s.Close())
	}
	for i := range s.set.Columns {
		c := &s.set.Columns[i]
		s.kept.Profiles = append(s.kept.Profiles, c.Profile)
		s.kept.File.Columns = append(s.kept.File.Columns, result.Column{Name: c.Name, Role: string(c.Profile.Role), Format: c.Profile.Written(), Confidence: c.Profile.Confidence})
	}
	s.derive(which)
	return s, nil
}

// Restore returns the side that was read before, from the file that its records were kept in. It returns record.ErrTorn (in the chain)
// where the two do not belong together.
func Restore(which result.Side, keep string, kept *Kept) (*Side, error) {
	set, unmap, err := record.OpenSpilled(keep)
	if err != nil {
		return nil, err
	}
	if len(set.Columns) != len(kept.Profiles) || set.Len() != kept.File.Records {
		return nil, errors.Join(record.ErrTorn, unmap())
	}
	for i := range set.Columns {
		set.Columns[i].Profile = kept.Profiles[i]
	}
	s := &Side{kept: *kept, set: set, unmap: unmap}
	s.derive(which)
	return s, nil
}

// reader reads the files of a side.
type reader struct {
	side      *Side
	which     result.Side
	o         Reading
	spill     *record.Spill
	sentences map[string]string // each reason of a reject once
	several   bool
	most      map[result.Content]int // rows of each content: the most that one file has had
}

func (r *reader) read(ctx context.Context, in Input) error {
	s := r.side
	var shown []string
	for _, f := range in.Files {
		name := shownName(f.Name)
		if f.Name == "" {
			name = shownName(f.Path)
		}
		shown = append(shown, name)
		if err := r.file(ctx, f, name); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	file := &s.kept.File
	if file.Name = in.Name; in.Name == "" {
		file.Name = strings.Join(shown, " + ")
	}
	s.set.Name = file.Name
	if s.set.Len() == 0 {
		return fmt.Errorf("%s: %w", file.Name, &source.Problem{Key: "recon.no_records"})
	}
	file.Records = s.set.Len()
	file.SHA256 = file.Pieces[0].SHA256
	if len(file.Pieces) > 1 {
		all := sha256.New()
		for _, piece := range file.Pieces {
			all.Write([]byte(piece.SHA256))
		}
		file.SHA256 = hex.EncodeToString(all.Sum(nil))
	}
	return nil
}

// shownName is a name as people see it: without the folders of whoever sent it, and nothing that a terminal or a page would obey.
func shownName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 120 {
		name = string(runes[:119]) + "…"
	}
	return name
}

// file reads one file.
func (r *reader) file(ctx context.Context, f File, name string) error {
	s := r.side
	sum, err := fingerprint(ctx, f.Path)
	if err != nil {
		return err
	}
	if f.SHA256 != "" && !strings.EqualFold(f.SHA256, sum) {
		return &source.Problem{Key: "recon_engine.file_changed"}
	}
	from, err := open.File(f.Path, source.Options{Format: source.Format(f.Format), Sheet: f.Sheet})
	if err != nil {
		return err
	}
	defer from.Close()
	described := from.Description()
	for _, note := range described.Notes {
		s.kept.Notes = append(s.kept.Notes, name+": "+valid(Explain(r.o.Language, &note)))
	}
	if file := &s.kept.File; len(file.Pieces) == 0 {
		file.Format, file.Encoding = string(described.Format), described.Encoding
	}
	columns := r.columns(described.Header)
	first, err := r.rows(ctx, from, columns, described.Header)
	if err != nil {
		return err
	}
	s.kept.File.Pieces = append(s.kept.File.Pieces, result.Piece{Name: name, SHA256: sum, Rows: s.kept.File.Rows - first})
	return nil
}

// columns returns, for each column of the set, the place of its value in the rows of a file; -1 where the file has none. Columns that the
// files before did not have are added.
func (r *reader) columns(header []string) []int {
	set := r.side.set
	places := slices.Repeat([]int{-1}, len(set.Columns))
	for at, name := range header {
		name = valid(name)
		k := 0
		for k < len(places) && (places[k] >= 0 || set.Columns[k].Name != name) {
			k++
		}
		if k == len(places) {
			set.AddColumn(name)
			places = append(places, -1)
		}
		places[k] = at
	}
	return places
}

// rows reads the rows of a file and returns how many there were before.
func (r *reader) rows(ctx context.Context, from source.Source, columns []int, header []string) (before int, err error) {
	s := r.side
	file := &s.kept.File
	before = file.Rows
	keys := result.NewKeys(r.which, header)
	counted := map[result.Content]int{}
	for {
		row, err := from.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		var problem *source.Problem
		if err != nil && !(errors.As(err, &problem) && problem.Row > 0) {
			return before, err
		}
		file.Rows++
		if done := file.Rows; done%tellEvery == 0 {
			r.tell(from, before)
			if err := ctx.Err(); err != nil {
				return before, err
			}
		}
		if problem != nil {
			s.kept.Rejects = append(s.kept.Rejects, r.reject(before, problem))
			continue
		}
		if r.several {
			content := keys.Content(func(column int) []byte { return row.Values[column] })
			if counted[content]++; counted[content] <= r.most[content] {
				file.Repeated++
				continue
			}
			r.most[content]++
		}
		s.set.Rows = append(s.set.Rows, int32(before+row.Number)) //nolint:gosec // below two thousand million rows
		for i, place := range columns {
			var value []byte
			if place >= 0 {
				value = row.Values[place]
			}
			s.set.Columns[i].Values.Add(value)
		}
		if r.spill != nil && s.set.Len()%record.BlockRows == 0 {
			if err := r.spill.Keep(s.set); err != nil {
				return before, err
			}
		}
	}
	r.tell(from, before)
	return before, nil
}

// reject says why a row cannot be read.
func (r *reader) reject(before int, problem *source.Problem) result.Reject {
	reason := valid(texts.Catalog().T(r.o.Language, problem.Key, problem.Args))
	if known, ok := r.sentences[reason]; ok {
		reason = known
	} else {
		r.sentences[reason] = reason
	}
	return result.Reject{Side: r.which, Row: before + problem.Row, Line: problem.Line, Column: valid(problem.Column), Value: valid(problem.Value), Reason: reason}
}

// valid makes text of what may be none, so that it can be kept as JSON and come back as it was.
func valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// tell says how far it is. How many rows there are is concluded from how much of the file was read for those that are done.
func (r *reader) tell(from source.Source, before int) {
	if r.o.Tell == nil {
		return
	}
	rows := int64(r.side.kept.File.Rows)
	all := int64(0)
	if done, size := open.Position(from); done > 0 {
		all = int64(before) + int64(float64(rows-int64(before))*float64(size)/float64(done))
	}
	r.o.Tell(rows, max(all, rows))
}

// fingerprint returns the SHA-256 of a file.
func fingerprint(ctx context.Context, path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	buffer := make([]byte, 1<<20)
	for {
		n, err := f.Read(buffer)
		sum.Write(buffer[:n])
		if errors.Is(err, io.EOF) {
			return hex.EncodeToString(sum.Sum(nil)), nil
		}
		if err := errors.Join(err, ctx.Err()); err != nil {
			return "", err
		}
	}
}
