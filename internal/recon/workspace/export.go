package workspace

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/report"
	"khadamat/internal/recon/result"
)

// effective is the result of a board's run with all decisions counted in. Its records are read from the archive until it is released.
func (s *Service) effective(ctx context.Context, b *board) (*result.Result, func(), error) {
	from, release, err := s.archiveOf(ctx, b.run)
	if err != nil {
		return nil, nil, err
	}
	found, err := from.Result(ctx)
	if err != nil {
		release()
		return nil, nil, err
	}
	figures := b.sum()
	now := *found
	now.Sums, now.Passes, now.Took = figures.Sums, figures.Passes, figures.TookRun
	b.overlay(found, &now)
	return &now, release, nil
}

// overlay puts the board's matches and open records in the place of those that the run found.
func (b *board) overlay(found, now *result.Result) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	nearest := make(map[result.Member]*result.Open, len(found.Open))
	for i := range found.Open {
		nearest[found.Open[i].Member] = &found.Open[i]
	}
	var numbers []int // of the matches in the archive
	now.Matches, now.Open = nil, nil
	for i := range b.entries {
		e := &b.entries[i]
		if e.gone {
			continue
		}
		standing := b.standing(e)
		if e.single() && standing != settled {
			open := result.Open{Member: b.member(e.members[0]), Reason: e.reason}
			if known := nearest[open.Member]; known != nil {
				open.Nearest, open.More = known.Nearest, known.More
			}
			now.Open = append(now.Open, open)
			continue
		}
		now.Matches = append(now.Matches, b.asMatch(e, standing))
		numbers = append(numbers, e.number)
	}
	order := make([]int, len(now.Matches))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return compareMembers(now.Matches[i].Members[0], now.Matches[j].Members[0]) })
	matches, sources := make([]result.Match, len(order)), make([]int, len(order))
	for i, at := range order {
		matches[i], sources[i] = now.Matches[at], numbers[at]
		matches[i].ID = i + 1
	}
	now.Matches = matches
	slices.SortFunc(now.Open, func(a, b result.Open) int { return compareMembers(a.Member, b.Member) })
	byNumber := make(map[int]*result.Match, len(found.Matches))
	for i := range found.Matches {
		byNumber[found.Matches[i].ID] = &found.Matches[i]
	}
	now.Explain = func(id int) []result.Part {
		if known := byNumber[sources[id-1]]; known != nil {
			return found.Parts(known)
		}
		return nil
	}
}

func (b *board) member(r int32) result.Member {
	return result.Member{Side: result.Side(b.records[r].side), Row: b.records[r].row} //nolint:gosec // below eight
}

func compareMembers(a, b result.Member) int {
	if a.Side != b.Side {
		return int(a.Side) - int(b.Side)
	}
	return a.Row - b.Row
}

// asMatch is an entry as reports show matches. What was written off is a break of one record, whose cause is the reason.
func (b *board) asMatch(e *entry, standing state) result.Match {
	m := result.Match{Kind: e.kind, Status: result.Matched, Pass: e.pass, Confidence: e.confidence, Amount: e.amount, Difference: e.difference, Days: e.days, Cause: e.cause}
	if standing == suggested {
		m.Status = result.Suggested
	}
	if e.single() {
		m.Kind, m.Pass, m.Confidence, m.Difference, m.Cause = result.Break, "write_off", 1, e.amount, e.reason
	} else if e.kind == result.Break && e.reason != "" && standing == settled {
		m.Cause = e.reason
	}
	for _, r := range e.members {
		m.Members = append(m.Members, b.member(r))
	}
	return m
}

// exports are the files that reports are written into, by format and kind.
var exports = map[ExportFormat]map[ExportKind]string{
	ExportCSV:  {ExportAll: "", ExportMatches: "matches.csv", ExportOpen: "open.csv", ExportRejects: "rejects.csv"},
	ExportXLSX: {ExportAll: "report.xlsx"},
	ExportJSON: {ExportAll: "summary.json"},
	ExportPDF:  {ExportAll: "report.pdf", ExportSignOff: "sign-off.pdf"},
}

var mediaTypes = map[ExportFormat]string{
	ExportCSV: "text/csv; charset=utf-8", ExportXLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ExportJSON: "application/json", ExportPDF: "application/pdf",
}

func (f *ExportForm) check() error {
	var fields errs.Fields
	if f.Kind == "" {
		f.Kind = ExportAll
	}
	kinds, known := exports[f.Format]
	fields.Check(known, "format", "recon_workspace.export_format")
	if _, fits := kinds[f.Kind]; known && !fits {
		fields.Check(false, "kind", "recon_workspace.export_kind")
	}
	return fields.Err()
}

// ExportFile is the name and media type of an export of a project.
func ExportFile(p Project, form ExportForm) (name, mediaType string) {
	if form.Kind == "" {
		form.Kind = ExportAll
	}
	stem := strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, r) || r < ' ' {
			return '-'
		}
		return r
	}, p.Name)
	if form.Format == ExportCSV && form.Kind == ExportAll {
		return stem + ".zip", "application/zip"
	}
	if form.Kind != ExportAll {
		stem += " " + string(form.Kind)
	}
	if form.Period != "" {
		stem += " " + form.Period
	}
	return stem + "." + string(form.Format), mediaTypes[form.Format]
}

// Export writes the project's result with all decisions counted in. It returns invalid with the field format, kind or period, and conflict without a finished run.
func (s *Service) Export(ctx context.Context, actor account.Actor, projectID string, form ExportForm, w io.Writer) error {
	p, b, err := s.enterBoard(ctx, actor, projectID)
	if err != nil {
		return err
	}
	if err := form.check(); err != nil {
		return err
	}
	if b == nil {
		return errs.New(errs.Conflict, "recon_workspace.no_result")
	}
	now, release, err := s.effective(ctx, b)
	if err != nil {
		return err
	}
	defer release()
	if form.Format == ExportPDF {
		options := report.PDFOptions{Language: string(form.Language), Project: p.Name, At: s.config.Clock.Now().In(zone())}
		if form.Kind == ExportSignOff {
			if options.SignOff, err = s.signOff(ctx, projectID, form); err != nil {
				return err
			}
		}
		return report.PDF(ctx, w, now, options)
	}
	if err := os.MkdirAll(s.config.Folder, 0o750); err != nil {
		return err
	}
	folder, err := os.MkdirTemp(s.config.Folder, "export-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	formats := map[ExportFormat]report.Format{ExportCSV: report.CSV, ExportXLSX: report.XLSX, ExportJSON: report.JSON}
	if err := report.Write(ctx, folder, now, report.Options{Language: string(form.Language), Formats: []report.Format{formats[form.Format]}}); err != nil {
		return err
	}
	if name := exports[form.Format][form.Kind]; name != "" {
		return copyFile(w, filepath.Join(folder, name))
	}
	return s.zip(w, folder)
}

func copyFile(w io.Writer, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(w, file)
	return err
}

// zip packs the tables of a folder.
func (s *Service) zip(w io.Writer, folder string) error {
	packed := zip.NewWriter(w)
	tables := exports[ExportCSV]
	for _, kind := range slices.Sorted(maps.Keys(tables)) {
		name := tables[kind]
		if name == "" {
			continue
		}
		into, err := packed.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: s.config.Clock.Now()})
		if err == nil {
			err = copyFile(into, filepath.Join(folder, name))
		}
		if err != nil {
			return errors.Join(err, packed.Close())
		}
	}
	return packed.Close()
}

// signOff is what a sign-off sheet says about its period.
func (s *Service) signOff(ctx context.Context, projectID string, form ExportForm) (*report.SignOff, error) {
	first, err := time.Parse("2006-01", form.Period)
	if err != nil {
		return nil, errs.Fields{{Name: "period", Key: "recon_workspace.bad_period"}}.Err()
	}
	known, err := periodsOf(ctx, s.config.DB, projectID)
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(known, func(p period) bool { return p.Name == form.Period })
	if at < 0 || known[at].State == PeriodOpen {
		return nil, errs.New(errs.Conflict, "recon_workspace.not_prepared")
	}
	p := known[at]
	names, err := s.names(ctx, p.PreparedBy, p.SignedBy)
	if err != nil {
		return nil, err
	}
	language, ok := i18n.Parse(string(form.Language))
	if !ok {
		language = i18n.French
	}
	sheet := &report.SignOff{Period: i18n.MonthName(language, first.Month()) + " " + first.Format("2006"), PreparedBy: names[p.PreparedBy], PreparedAt: p.PreparedAt.In(zone()),
		SignedBy: names[p.SignedBy], Note: p.Note}
	if !p.SignedAt.IsZero() {
		sheet.SignedAt = p.SignedAt.In(zone())
	}
	return sheet, nil
}
