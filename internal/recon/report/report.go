// Package report writes what a reconciliation found for those who work on with it: tables for programs, a page and a workbook for people,
// and a summary for the terminal. It decides nothing; all that stands in a report is in the result.
package report

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/result"
)

// Format is a kind of report.
type Format string

// The closed set of formats, with the files that each stands for.
const (
	CSV  Format = "csv"  // matches.csv, open.csv, rejects.csv
	JSON Format = "json" // summary.json
	YAML Format = "yaml" // rules.yaml
	HTML Format = "html" // report.html
	XLSX Format = "xlsx" // report.xlsx
)

// Formats are all formats.
var Formats = []Format{CSV, JSON, YAML, HTML, XLSX}

// Options say which reports are written, and for whom.
type Options struct {
	Language string   // "fr", "ar" or "en" for what people read; French where it is none of them
	Formats  []Format // all where empty
}

// file is a report on its way into the folder.
type file struct {
	format Format
	name   string
	write  func(context.Context, io.Writer) error
}

// Write writes the reports of a result into folder, which it makes where there is none. The files appear under their names together at
// the end, so nobody finds half a report; where Write fails, those of an earlier run are still there. The same result gives the same
// bytes. Only summary.json holds times, and only those of the result that are not zero. The errors are those of the file system and of ctx.
func Write(ctx context.Context, folder string, r *result.Result, o Options) error {
	d, err := New(ctx, r)
	if err != nil {
		return err
	}
	return d.Write(ctx, folder, o)
}

// Digest is what the reports of a result have in common. To make it takes a look at every open record, so it is made once.
type Digest struct{ of *digest }

// New returns the digest of a result. The error is that of ctx. What the result says about times may still change after it.
func New(ctx context.Context, r *result.Result) (*Digest, error) {
	d, err := newDigest(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	return &Digest{d}, nil
}

// Write is the Write of the package, for a result of which there is a digest.
func (d *Digest) Write(ctx context.Context, folder string, o Options) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("report: %w", err)
	}
	digest, r := d.of, d.of.Result
	files := []file{
		{CSV, "matches.csv", func(ctx context.Context, w io.Writer) error { return writeMatches(ctx, w, r) }},
		{XLSX, "report.xlsx", func(ctx context.Context, w io.Writer) error {
			return writeWorkbook(ctx, w, digest, newWording(o.Language), maxSheetRows)
		}},
		{CSV, "open.csv", func(ctx context.Context, w io.Writer) error { return writeOpen(ctx, w, r) }},
		{CSV, "rejects.csv", func(ctx context.Context, w io.Writer) error { return writeRejects(ctx, w, r) }},
		{HTML, "report.html", func(_ context.Context, w io.Writer) error { return writePage(w, digest, newWording(o.Language)) }},
		{JSON, "summary.json", func(_ context.Context, w io.Writer) error { return writeSummary(w, digest) }},
		{YAML, "rules.yaml", func(_ context.Context, w io.Writer) error {
			_, err := w.Write(r.Rules)
			return err
		}},
	}
	if len(o.Formats) > 0 {
		files = slices.DeleteFunc(files, func(f file) bool { return !slices.Contains(o.Formats, f.format) })
	}
	return writeFiles(ctx, folder, files)
}

// writeFiles writes all files under names of their own, side by side, and renames them when all are whole.
func writeFiles(ctx context.Context, folder string, files []file) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	partial := func(f file) string { return filepath.Join(folder, "."+f.name+".part") }
	var writers sync.WaitGroup
	for _, f := range files {
		writers.Go(func() {
			if err := f.writeTo(ctx, partial(f)); err != nil {
				cancel(fmt.Errorf("report: %s: %w", f.name, err))
			}
		})
	}
	writers.Wait()
	err := context.Cause(ctx)
	for _, f := range files {
		if err == nil {
			err = os.Rename(partial(f), filepath.Join(folder, f.name))
		}
		if err != nil {
			// The first error is the one to tell; a file that was never made is no second one.
			_ = os.Remove(partial(f))
		}
	}
	return err
}

func (f file) writeTo(ctx context.Context, name string) error {
	out, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	return errors.Join(f.write(ctx, out), out.Close())
}

// languageOf returns the language of a code, French where it is none of ours.
func languageOf(code string) i18n.Language {
	if language, ok := i18n.Parse(code); ok {
		return language
	}
	return i18n.French
}
