package workspace

import (
	"context"
	"errors"
	"hash/maphash"
	"io"
	"os"
	"path/filepath"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/source"
	detect "khadamat/internal/recon/source/open"
)

const (
	previewRows     = 50
	previewValue    = 200 // bytes of a value, more or less
	previewProblems = 100
	learnedRows     = 100_000 // that columns are learnt from for a preview
	comparedRows    = 1_000_000
)

// inspection is what is known of a version without reconciling it. It is kept with the version.
type inspection struct {
	Format   string           `json:"format"`
	Encoding string           `json:"encoding"`
	Columns  []inspected      `json:"columns"`
	Rows     [][]string       `json:"rows"`
	Count    int              `json:"count"`
	Rejected int              `json:"rejected"`
	Empty    int              `json:"empty"`
	Repeated int              `json:"repeated"`
	Problems []source.Problem `json:"problems,omitempty"`
}

type inspected struct {
	Name       string      `json:"name"`
	Role       record.Role `json:"role"`
	Type       record.Type `json:"type"`
	Written    string      `json:"written,omitempty"`
	Confidence float64     `json:"confidence"`
	Filled     int         `json:"filled"`
	Sample     []string    `json:"sample,omitempty"`
}

// inspect reads a file to its end in bounded memory. An error with a *source.Problem in its chain says that it cannot be used.
func inspect(ctx context.Context, path string) (*inspection, error) {
	from, err := detect.File(path, source.Options{})
	if err != nil {
		return nil, err
	}
	defer from.Close()
	described := from.Description()
	i := &inspection{Format: string(described.Format), Encoding: described.Encoding, Problems: described.Notes}
	set := &record.Set{}
	for _, name := range described.Header {
		set.Columns = append(set.Columns, record.Column{Name: name})
	}
	filled := make([]int, len(set.Columns))
	seen, seed := map[uint64]struct{}{}, maphash.MakeSeed()
	for {
		if i.Count%4096 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		row, err := from.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if problem, ok := errors.AsType[*source.Problem](err); ok && problem.Row > 0 {
			i.Count, i.Rejected = i.Count+1, i.Rejected+1
			if len(i.Problems) < previewProblems {
				i.Problems = append(i.Problems, *problem)
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		i.Count++
		i.see(row, set, filled)
		if len(seen) < comparedRows {
			sum := fingerprint(seed, row.Values)
			if _, twice := seen[sum]; twice {
				i.Repeated++
			}
			seen[sum] = struct{}{}
		}
	}
	if i.Count == i.Rejected {
		return nil, &source.Problem{Key: "recon.no_records"}
	}
	set.Learn()
	for k, c := range set.Columns {
		p := c.Profile
		i.Columns = append(i.Columns, inspected{Name: c.Name, Role: p.Role, Type: p.Type, Written: p.Written(), Confidence: p.Confidence, Filled: filled[k], Sample: shortened(p.Sample)})
	}
	return i, nil
}

// see takes a row in.
func (i *inspection) see(row source.Row, set *record.Set, filled []int) {
	learn := set.Len() < learnedRows
	if learn {
		set.Rows = append(set.Rows, int32(row.Number)) //nolint:gosec // among the first rows
	}
	for k := range set.Columns {
		if len(row.Values[k]) == 0 {
			i.Empty++
		} else {
			filled[k]++
		}
		if learn {
			set.Columns[k].Values.Add(row.Values[k])
		}
	}
	if len(i.Rows) < previewRows {
		values := make([]string, len(row.Values))
		for k, value := range row.Values {
			values[k] = string(value)
		}
		i.Rows = append(i.Rows, shortened(values))
	}
}

func fingerprint(seed maphash.Seed, values [][]byte) uint64 {
	var hash maphash.Hash
	hash.SetSeed(seed)
	for _, value := range values {
		hash.Write(value) //nolint:errcheck // never fails
		hash.WriteByte(0) //nolint:errcheck // never fails
	}
	return hash.Sum64()
}

// shortened cuts values that are too long to be shown.
func shortened(values []string) []string {
	for i, value := range values {
		if len(value) > previewValue {
			cut := []rune(value[:previewValue])
			values[i] = string(cut[:len(cut)-1]) + "…"
		}
	}
	return values
}

// local makes the bytes of a blob a file of this machine for as long as they are used. A store of files has them already.
func (s *Service) local(ctx context.Context, sha256 string) (path string, release func(), err error) {
	content, err := s.config.Blobs.Open(ctx, sha256)
	if err != nil {
		return "", nil, err
	}
	if file, ok := content.(*os.File); ok {
		return file.Name(), func() { file.Close() }, nil
	}
	defer content.Close()
	if err := os.MkdirAll(s.config.Folder, 0o750); err != nil {
		return "", nil, err
	}
	file, err := os.CreateTemp(s.config.Folder, "copy-*")
	if err != nil {
		return "", nil, err
	}
	release = func() { os.Remove(file.Name()) }
	if _, err = io.Copy(file, content); err == nil {
		err = file.Close()
	} else {
		file.Close()
	}
	if err != nil {
		release()
		return "", nil, err
	}
	return filepath.Clean(file.Name()), release, nil
}
