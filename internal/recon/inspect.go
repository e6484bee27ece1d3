package recon

import (
	"context"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/result"
	"khadamat/internal/recon/source"
)

// Inspection is what was found out about a file without reconciling it.
type Inspection struct {
	Name     string            `json:"name"`
	Format   string            `json:"format"`
	Encoding string            `json:"encoding"`
	Rows     int               `json:"rows"`
	Records  int               `json:"records"`
	Columns  []InspectedColumn `json:"columns"`
	Problems []string          `json:"problems,omitempty"`
}

// InspectedColumn is what a column was taken for.
type InspectedColumn struct {
	Name       string   `json:"name"`
	Role       string   `json:"role"`
	Type       string   `json:"type"`
	Format     string   `json:"format,omitempty"`
	Confidence float64  `json:"confidence"`
	Filled     int      `json:"filled"`
	Sample     []string `json:"sample"`
}

// Inspect reads a file and says how it is written and what its columns were taken for.
func Inspect(ctx context.Context, path string, o Options) (*Inspection, error) {
	s, err := Read(ctx, result.Left, Input{Files: []File{{Path: path}}}, Reading{Language: o.Language, Tell: func(rows, all int64) { o.Tell(StageRead, rows, all) }})
	if err != nil {
		return nil, err
	}
	return s.Inspection(o.Language), nil
}

// Inspection says how the files of a side are written and what their columns were taken for.
func (s *Side) Inspection(language i18n.Language) *Inspection {
	file := &s.kept.File
	found := &Inspection{Name: file.Name, Format: file.Format, Encoding: file.Encoding, Rows: file.Rows, Records: file.Records, Problems: s.kept.Notes}
	for i := range s.set.Columns {
		c := &s.set.Columns[i]
		found.Columns = append(found.Columns, InspectedColumn{Name: c.Name, Role: string(c.Profile.Role), Type: string(c.Profile.Type), Format: c.Profile.Written(),
			Confidence: c.Profile.Confidence, Filled: c.Profile.Filled, Sample: c.Profile.Sample})
	}
	for _, reject := range s.kept.Rejects {
		found.Problems = append(found.Problems, Explain(language, &source.Problem{Key: "recon_engine.reason", Args: map[string]any{"Reason": reject.Reason}, Row: reject.Row, Column: reject.Column, Value: reject.Value}))
	}
	return found
}
