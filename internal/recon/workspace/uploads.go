package workspace

import (
	"cmp"
	"context"
	"errors"
	"io"
	"time"

	"khadamat/internal/account"
	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/ids"
)

const (
	maxChunkBytes = 64 << 20
	uploadTime    = 24 * time.Hour
)

// BeginUpload announces a file that comes in pieces, within 24 hours. sha256 is of the whole, in lower-case hexadecimal digits; where it is
// empty, the whole is not checked. It returns too_large, and invalid with the field bytes.
func (s *Service) BeginUpload(ctx context.Context, actor account.Actor, sourceID, fileName string, bytes int64, sha256 string) (Upload, error) {
	_, projectID, err := s.ofSource(ctx, sourceID)
	if err != nil {
		return Upload{}, err
	}
	var fields errs.Fields
	fields.Check(bytes > 0, "bytes", "recon_workspace.bad_size")
	if err := cmp.Or(s.mayLoad(ctx, actor, projectID), fields.Err()); err != nil {
		return Upload{}, err
	}
	if bytes > maxFileBytes {
		return Upload{}, errTooLarge()
	}
	upload := Upload{ID: ids.New(), SourceID: sourceID, FileName: baseName(fileName), Bytes: bytes, SHA256: sha256}
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		upload.ExpiresAt = tx.Now.Add(uploadTime)
		return insertUpload(ctx, tx, actor.ID, upload)
	})
	return upload, err
}

// UploadState says how far an upload is, for going on with it. Uploads are their beginner's alone.
func (s *Service) UploadState(ctx context.Context, actor account.Actor, uploadID string) (Upload, error) {
	if err := MayEnter(actor); err != nil {
		return Upload{}, err
	}
	if !ids.Valid(uploadID) {
		return Upload{}, errNotFound
	}
	return s.upload(ctx, s.config.DB, actor, uploadID, "")
}

func (s *Service) upload(ctx context.Context, q db.Querier, actor account.Actor, uploadID, suffix string) (Upload, error) {
	upload, by, err := uploadByID(ctx, q, uploadID, suffix)
	if err != nil {
		return upload, err
	}
	if by != actor.ID {
		return upload, errNotFound
	}
	if !s.config.Clock.Now().Before(upload.ExpiresAt) {
		return upload, errs.New(errs.Gone, "recon_workspace.upload_expired")
	}
	return upload, nil
}

// PutChunk takes the piece that begins at offset, which must be where the last one ended (conflict else, saying where). sha256 is of the piece;
// a piece whose bytes are others is invalid and not taken; where it is empty, it is not checked. A piece has 64 MB at most.
func (s *Service) PutChunk(ctx context.Context, actor account.Actor, uploadID string, offset int64, content io.Reader, sha256 string) (Upload, error) {
	upload, err := s.UploadState(ctx, actor, uploadID)
	if err != nil {
		return upload, err
	}
	if offset != upload.Received {
		return upload, errWrongOffset(upload)
	}
	piece, err := s.config.Chunks.Put(ctx, content, min(maxChunkBytes, upload.Bytes-upload.Received))
	if errors.Is(err, blob.ErrTooLarge) {
		return upload, errs.New(errs.TooLarge, "recon_workspace.chunk_too_large").With(errs.Args{"Megabytes": maxChunkBytes >> 20})
	}
	if err != nil {
		return upload, err
	}
	if piece.Bytes == 0 || sha256 != "" && sha256 != piece.SHA256 {
		s.tidied(ctx, s.dropChunks(ctx, piece.SHA256))
		return upload, errs.New(errs.Invalid, "recon_workspace.chunk_torn")
	}
	err = s.config.DB.Tx(ctx, func(tx *db.Tx) error {
		if upload, err = s.upload(ctx, tx, actor, uploadID, tx.Dialect().ForUpdate()); err != nil {
			return err
		}
		if offset != upload.Received { // the same piece came twice at once
			return errWrongOffset(upload)
		}
		upload.Received += piece.Bytes
		return insertChunk(ctx, tx, uploadID, offset, piece)
	})
	return upload, err
}

func errWrongOffset(upload Upload) error {
	return errs.New(errs.Conflict, "recon_workspace.wrong_offset").With(errs.Args{"Offset": upload.Received})
}

// FinishUpload makes a version of an upload that is complete, as Upload does. It returns conflict where pieces are missing, and invalid where the whole is not
// what was announced: then the upload begins again.
func (s *Service) FinishUpload(ctx context.Context, actor account.Actor, uploadID string, language i18n.Language) (Version, error) {
	upload, err := s.UploadState(ctx, actor, uploadID)
	if err != nil {
		return Version{}, err
	}
	_, projectID, err := s.ofSource(ctx, upload.SourceID)
	if err != nil {
		return Version{}, err
	}
	if err := s.mayLoad(ctx, actor, projectID); err != nil {
		return Version{}, err
	}
	if upload.Received < upload.Bytes {
		return Version{}, errs.New(errs.Conflict, "recon_workspace.upload_incomplete").With(errs.Args{"Offset": upload.Received})
	}
	chunks, err := chunksOf(ctx, s.config.DB, uploadID)
	if err != nil {
		return Version{}, err
	}
	kept, err := s.config.Blobs.Put(ctx, &pieces{ctx: ctx, from: s.config.Chunks, left: chunks}, maxFileBytes)
	if err != nil {
		return Version{}, err
	}
	if upload.SHA256 != "" && upload.SHA256 != kept.SHA256 {
		s.tidied(ctx, s.forgetUpload(ctx, uploadID))
		return Version{}, errs.New(errs.Invalid, "recon_workspace.upload_torn")
	}
	version, err := s.adopt(ctx, actor.ID, projectID, upload.SourceID, upload.FileName, kept, language)
	if err == nil || errs.CodeOf(err) == errs.Invalid { // what cannot be read now cannot be read later either
		s.tidied(ctx, s.forgetUpload(ctx, uploadID))
	}
	return version, err
}

// tidied notes where something that is needed no more could not be deleted: that is nothing that a person could do about. What is left goes when
// the upload's time is over.
func (s *Service) tidied(ctx context.Context, err error) {
	if err != nil {
		s.config.Logger.WarnContext(ctx, "cannot forget an upload", "error", err)
	}
}

// pieces reads chunks one after another.
type pieces struct {
	ctx  context.Context
	from blob.Store
	left []string
	now  io.ReadCloser
}

func (p *pieces) Read(b []byte) (int, error) {
	for {
		if p.now == nil {
			if len(p.left) == 0 {
				return 0, io.EOF
			}
			next, err := p.from.Open(p.ctx, p.left[0])
			if err != nil {
				return 0, err
			}
			p.now, p.left = next, p.left[1:]
		}
		n, err := p.now.Read(b)
		if errors.Is(err, io.EOF) {
			err = p.now.Close()
			p.now = nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// forgetUpload forgets an upload with its pieces.
func (s *Service) forgetUpload(ctx context.Context, uploadID string) error {
	var chunks []string
	err := s.config.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		if chunks, err = chunksOf(ctx, tx, uploadID); err != nil {
			return err
		}
		return deleteUpload(ctx, tx, uploadID)
	})
	if err != nil {
		return err
	}
	return s.dropChunks(ctx, chunks...)
}

// dropChunks deletes the bytes of pieces that no upload has any more. A piece of the same bytes that comes in just now may lose them: its upload
// then fails to finish and is sent again.
func (s *Service) dropChunks(ctx context.Context, chunks ...string) error {
	for _, sha256 := range chunks {
		used, err := chunkUsed(ctx, s.config.DB, sha256)
		if err != nil {
			return err
		}
		if !used {
			if err := s.config.Chunks.Delete(ctx, sha256); err != nil {
				return err
			}
		}
	}
	return nil
}

// expireUploads forgets uploads whose time is over.
func (s *Service) expireUploads(ctx context.Context) error {
	expired, err := expiredUploads(ctx, s.config.DB, s.config.Clock.Now())
	for _, id := range expired {
		err = errors.Join(err, s.forgetUpload(ctx, id))
	}
	return err
}
