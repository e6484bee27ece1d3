package workspace

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/archive"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/result"
)

// archiveOf opens the result of a run.
func (s *Service) archiveOf(ctx context.Context, runID string) (*archive.Archive, func(), error) {
	r, err := runByID(ctx, s.config.DB, runID)
	if err != nil {
		return nil, nil, err
	}
	return s.archive(ctx, r)
}

// archive opens the result of a run. It is read from the blob itself where that is a file, from a copy else.
func (s *Service) archive(ctx context.Context, r run) (*archive.Archive, func(), error) {
	if r.archive == "" {
		return nil, nil, errs.New(errs.Conflict, "recon_workspace.no_result")
	}
	path, release, err := s.local(ctx, r.archive)
	if err != nil {
		return nil, nil, err
	}
	opened, err := archive.Open(path)
	if err != nil {
		release()
		return nil, nil, err
	}
	return opened, func() {
		if err := opened.Close(); err != nil {
			s.config.Logger.WarnContext(ctx, "cannot close a result", "run", r.ID, "error", err)
		}
		release()
	}, nil
}

// readBase reads what a board needs of a result.
func readBase(ctx context.Context, from *archive.Archive) (*base, error) {
	about, err := from.About(ctx)
	if err != nil {
		return nil, err
	}
	b := &base{reasons: map[int32]string{}, figures: runFigures{Passes: about.Passes}}
	total := 0
	for _, source := range about.Sources {
		total += source.Records
		var files []string
		for _, piece := range source.Pieces {
			files = append(files, piece.SHA256)
		}
		b.pieces = append(b.pieces, files)
	}
	b.records = make([]light, 0, total)
	err = from.EachRecord(ctx, func(r archive.Record) error {
		if r.Match == 0 {
			b.reasons[int32(len(b.records))] = r.Reason //nolint:gosec // below two thousand million records
		}
		b.records = append(b.records, light{key: r.Key, side: int(r.Side), row: r.Row, piece: r.File, day: r.Day, amount: r.Amount, id: r.ID, text: r.Text})
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = from.EachMatch(ctx, func(m archive.Match) error {
		members := make([]int32, len(m.Members))
		for i, number := range m.Members {
			members[i] = int32(number - 1) //nolint:gosec // as above
		}
		b.matches = append(b.matches, foundMatch{number: m.ID, kind: m.Kind, status: m.Status, pass: m.Pass, confidence: m.Confidence, amount: m.Amount,
			difference: m.Difference, days: m.Days, cause: m.Cause, members: members, settled: m.Settled})
		return nil
	})
	return b, err
}

// keepArchive keeps the result that lies in a run's folder as a blob.
func (s *Service) keepArchive(ctx context.Context, folder string) (string, error) {
	file, err := os.Open(filepath.Join(folder, engine.ResultFile))
	if err != nil {
		return "", err
	}
	kept, err := s.config.Blobs.Put(ctx, io.Reader(file), maxResultBytes)
	return kept.SHA256, errors.Join(err, file.Close())
}

// maxResultBytes bounds a result.
const maxResultBytes = 64 << 30

// earlierParts is the evidence for an item in the result of an earlier run, where it was found there.
func (s *Service) earlierParts(ctx context.Context, r run, keys []string, id string) ([]result.Part, error) {
	from, release, err := s.archive(ctx, r)
	if err != nil {
		return nil, err
	}
	defer release()
	records, err := from.Records(ctx, keys)
	if errs.CodeOf(err) == errs.NotFound {
		return nil, nil // they came later
	}
	if err != nil || records[0].Match == 0 {
		return nil, err
	}
	_, parts, members, err := from.Match(ctx, records[0].Match)
	found := make([]string, len(members))
	for i, m := range members {
		found[i] = m.Key
	}
	if err != nil || id != itemID(found) {
		return nil, err
	}
	return parts, nil
}
