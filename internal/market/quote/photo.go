package quote

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/feature"
	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
	"khadamat/internal/platform/picture"
)

// Photo is a picture of what is to be done, at /media/<ID>/small.jpg and /media/<ID>/large.jpg for those who may see the job.
type Photo struct {
	ID            string
	Width, Height int
}

// storedPhoto is a photo with what nobody is shown.
type storedPhoto struct {
	Photo
	AccountID string
	JobID     string // empty until the job is posted
	Picture   picture.Picture
}

const (
	// maxLoose bounds what one person can send without posting anything.
	maxLoose  = 3 * MaxPhotos
	looseLife = 24 * time.Hour
)

// UploadPhoto keeps a picture for a job that the actor is about to post. It returns what picture.Store.Keep refuses, and conflict where
// the actor has sent many and posted nothing.
func (s *Service) UploadPhoto(ctx context.Context, actor account.Actor, file io.Reader) (Photo, error) {
	if err := actor.Require(); err != nil {
		return Photo{}, err
	}
	if err := s.running(); err != nil {
		return Photo{}, err
	}
	if s.config.Features != nil && !s.config.Features.On(feature.Uploads) {
		return Photo{}, feature.Uploads.Paused()
	}
	loose, err := countLoose(ctx, s.config.DB, actor.ID)
	if err != nil {
		return Photo{}, err
	}
	if loose >= maxLoose {
		return Photo{}, errs.New(errs.Conflict, "quote.too_many_uploads")
	}
	kept, err := s.config.Pictures.Keep(ctx, file)
	if err != nil {
		return Photo{}, err
	}
	photo := storedPhoto{Photo: Photo{ID: ids.New(), Width: kept.Width, Height: kept.Height}, AccountID: actor.ID, Picture: kept}
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if err := insertPhoto(ctx, tx, photo); err != nil {
			return err
		}
		return audit.Write(ctx, tx, audit.Entry{ActorID: actor.ID, Action: "photo.sent", SubjectKind: "photo", SubjectID: photo.ID})
	})
	if err != nil {
		return Photo{}, errors.Join(err, s.config.Pictures.Forget(context.WithoutCancel(ctx), kept))
	}
	return photo.Photo, nil
}

// Uploaded returns those of the photos that the actor has sent and not posted, in the order asked for, so that a form can show them
// again.
func (s *Service) Uploaded(ctx context.Context, actor account.Actor, photoIDs []string) ([]Photo, error) {
	if err := actor.Require(); err != nil {
		return nil, err
	}
	var photos []Photo
	for _, id := range photoIDs[:min(len(photoIDs), MaxPhotos)] {
		p, err := findPhoto(ctx, s.config.DB, id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if p.AccountID == actor.ID && p.JobID == "" {
			photos = append(photos, p.Photo)
		}
	}
	return photos, nil
}

// OpenPhoto returns a photo for reading to whoever may see its job; to everybody else it is not_found. The caller closes it.
func (s *Service) OpenPhoto(ctx context.Context, actor account.Actor, id string, size picture.Size) (io.ReadSeekCloser, error) {
	p, err := findPhoto(ctx, s.config.DB, id)
	if err != nil {
		return nil, err
	}
	if p.AccountID != actor.ID {
		if p.JobID == "" || !actor.SignedIn() {
			return nil, errNotFound
		}
		if err := s.maySee(ctx, actor, p.JobID); err != nil {
			return nil, err
		}
	}
	return s.config.Pictures.Open(ctx, p.Picture, size)
}

func (s *Service) maySee(ctx context.Context, actor account.Actor, jobID string) error {
	j, err := findJob(ctx, s.config.DB, jobID, "")
	if err != nil {
		return err
	}
	err = s.providerView(ctx, actor, &View{Job: j})
	if errs.CodeOf(err) == errs.Gone {
		return errNotFound
	}
	return err
}

// ForgetUploads takes away the photos that were sent a day ago or more and never posted, and returns how many they were. It is run every
// hour.
func (s *Service) ForgetUploads(ctx context.Context) (int, error) {
	const batch = 200
	old, err := loosePhotos(ctx, s.config.DB, s.config.Clock.Now().Add(-looseLife), batch)
	if err != nil {
		return 0, err
	}
	forgotten := 0
	for _, p := range old {
		err := s.config.DB.Tx(ctx, func(tx *db.Tx) error {
			gone, err := removeLoose(ctx, tx, p.ID)
			if err == nil && gone {
				forgotten++
				s.forgetAfter(ctx, tx, p.Picture)
			}
			return err
		})
		if err != nil {
			return forgotten, err
		}
	}
	return forgotten, nil
}

// forgetAfter takes the pixels away once nobody can see them any more. Where that fails they stay, unseen.
func (s *Service) forgetAfter(ctx context.Context, tx *db.Tx, pictures ...picture.Picture) {
	tx.AfterCommit(func() {
		if err := s.config.Pictures.Forget(context.WithoutCancel(ctx), pictures...); err != nil {
			s.config.Logger.WarnContext(ctx, "cannot take pictures away", "error", err)
		}
	})
}

const photoColumns = `id, account_id, job_id, small_sha256, large_sha256, width, height`

func scanPhoto(r row) (p storedPhoto, err error) {
	err = r.Scan(&p.ID, &p.AccountID, db.NullText(&p.JobID), &p.Picture.Small, &p.Picture.Large, &p.Width, &p.Height)
	p.Picture.Width, p.Picture.Height = p.Width, p.Height
	return p, err
}

func insertPhoto(ctx context.Context, tx *db.Tx, p storedPhoto) error {
	_, err := tx.Exec(ctx, `INSERT INTO quote_photos (`+photoColumns+`, position, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		p.ID, p.AccountID, db.Text(p.JobID), p.Picture.Small, p.Picture.Large, p.Width, p.Height, 0, db.At(tx.Now))
	return err
}

// attachPhotos gives a new job the photos that its customer has sent before.
func attachPhotos(ctx context.Context, tx *db.Tx, accountID, jobID string, photoIDs []string) error {
	for i, id := range photoIDs {
		result, err := tx.Exec(ctx, `UPDATE quote_photos SET job_id = $3, position = $4 WHERE id = $1 AND account_id = $2 AND job_id IS NULL`, id, accountID, jobID, i)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if err != nil {
			return err
		}
		if n != 1 {
			return errs.Fields{{Name: picture.Field, Key: "quote.photo_gone"}}.Err()
		}
	}
	return nil
}

func findPhoto(ctx context.Context, q db.Querier, id string) (storedPhoto, error) {
	if !ids.Valid(id) {
		return storedPhoto{}, errNotFound
	}
	p, err := scanPhoto(q.QueryRow(ctx, `SELECT `+photoColumns+` FROM quote_photos WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return storedPhoto{}, errNotFound
	}
	return p, err
}

// photosOf reads the photos of some jobs, each job's in their order.
func photosOf(ctx context.Context, d *db.DB, jobIDs []string) (map[string][]Photo, error) {
	if len(jobIDs) == 0 {
		return nil, nil
	}
	rows, err := d.Query(ctx, `SELECT `+photoColumns+` FROM quote_photos WHERE job_id `+d.Dialect.In("$1")+` ORDER BY job_id, position, id`, db.List(jobIDs))
	all, err := db.Collect(rows, err, func(rows *sql.Rows) (storedPhoto, error) { return scanPhoto(rows) })
	byJob := map[string][]Photo{}
	for _, p := range all {
		byJob[p.JobID] = append(byJob[p.JobID], p.Photo)
	}
	return byJob, err
}

func countLoose(ctx context.Context, q db.Querier, accountID string) (n int, err error) {
	return n, q.QueryRow(ctx, `SELECT count(*) FROM quote_photos WHERE account_id = $1 AND job_id IS NULL`, accountID).Scan(&n)
}

func loosePhotos(ctx context.Context, q db.Querier, before time.Time, limit int) ([]storedPhoto, error) {
	rows, err := q.Query(ctx, `SELECT `+photoColumns+` FROM quote_photos WHERE job_id IS NULL AND created_at < $1 ORDER BY created_at LIMIT $2`, db.At(before), limit)
	return db.Collect(rows, err, func(rows *sql.Rows) (storedPhoto, error) { return scanPhoto(rows) })
}

func removeLoose(ctx context.Context, tx *db.Tx, id string) (bool, error) {
	result, err := tx.Exec(ctx, `DELETE FROM quote_photos WHERE id = $1 AND job_id IS NULL`, id)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

func photosOfAccount(ctx context.Context, q db.Querier, accountID string) ([]storedPhoto, error) {
	rows, err := q.Query(ctx, `SELECT `+photoColumns+` FROM quote_photos WHERE account_id = $1 ORDER BY id`, accountID)
	return db.Collect(rows, err, func(rows *sql.Rows) (storedPhoto, error) { return scanPhoto(rows) })
}
