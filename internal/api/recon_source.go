package api

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/workspace"

	"github.com/danielgtaylor/huma/v2"
)

const (
	// maxReconFormBytes bounds a file that comes as a form; larger ones come in pieces, of maxReconPieceBytes each.
	maxReconFormBytes  = 1 << 30
	maxReconPieceBytes = 64<<20 + 1
	// reconPatience is how long a file, or an export, may be on its way.
	reconPatience = 15 * time.Minute
	reconFile     = "file"
)

// ReconSource is one side of a project.
type ReconSource struct {
	ID       string                 `json:"id"`
	Side     int                    `json:"side" doc:"From 0"`
	Name     string                 `json:"name"`
	Kind     string                 `json:"kind" enum:"files,query,feed"`
	Query    string                 `json:"query,omitempty" doc:"Of kind query: what is asked"`
	Database string                 `json:"database,omitempty" doc:"Of kind query: the name of a connection, known to the operator"`
	Mapping  map[string]ReconMapped `json:"mapping" doc:"What people said about columns; what is not here is learnt"`
	Versions int                    `json:"versions"`
	Latest   *ReconVersion          `json:"latest,omitempty" doc:"left out: nothing was loaded yet"`
}

// ReconMapped is what a column is taken for. What is left out is learnt.
type ReconMapped struct {
	Role    string `json:"role,omitempty" enum:"id,date,amount,debit,credit,currency,counterparty,reference,description,attribute,ignored"`
	Type    string `json:"type,omitempty" enum:"text,number,date"`
	Written string `json:"written,omitempty" maxLength:"40" doc:"How its values are written, as the preview says it" example:"dd/mm/yyyy"`
	Ignore  bool   `json:"ignore,omitempty" doc:"The column takes no part in matching"`
}

// ReconVersion is one load of a source; it never changes.
type ReconVersion struct {
	ID       string `json:"id"`
	SourceID string `json:"source_id"`
	Number   int    `json:"number" doc:"From 1 in its source"`
	FileName string `json:"file_name" example:"releve-octobre.csv"`
	SHA256   string `json:"sha256" doc:"Of the bytes; the same bytes are the same version"`
	Bytes    int64  `json:"bytes"`
	Format   string `json:"format" example:"csv"`
	Rows     int    `json:"rows"`
	Rejected int    `json:"rejected" doc:"Of the rows, those that cannot be read"`
	LoadedBy string `json:"loaded_by" doc:"The account; empty: the house"`
	LoadedAt Time   `json:"loaded_at"`
}

// ReconPreview is a version before it is used.
type ReconPreview struct {
	Version  ReconVersion  `json:"version"`
	Format   string        `json:"format"`
	Encoding string        `json:"encoding" doc:"Empty where the format has none"`
	Columns  []ReconColumn `json:"columns"`
	Rows     [][]string    `json:"rows" doc:"The first ones as the file has them, 50 at most"`
	Count    int           `json:"count" doc:"Data rows"`
	Rejected int           `json:"rejected" doc:"Of them, that cannot be read"`
	Empty    int           `json:"empty" doc:"Values that are empty"`
	Repeated int           `json:"repeated" doc:"Rows that stand there more than once, the first of each left out"`
	Problems []string      `json:"problems" doc:"In the reader's language"`
}

// ReconColumn is what a column is taken for.
type ReconColumn struct {
	Name       string   `json:"name"`
	Role       string   `json:"role"`
	Type       string   `json:"type"`
	Written    string   `json:"written" doc:"How its values are written" example:"1234,56"`
	Confidence float64  `json:"confidence" doc:"0 to 1"`
	Filled     int      `json:"filled" doc:"Values that are not empty"`
	Sample     []string `json:"sample"`
	Ignored    bool     `json:"ignored"`
	Chosen     bool     `json:"chosen" doc:"A person said so"`
}

// ReconSourceRequest is what is said about a side.
type ReconSourceRequest struct {
	Name     string `json:"name" doc:"Up to 80 letters; empty: that of its first file"`
	Kind     string `json:"kind,omitempty" enum:"files,query,feed" doc:"files where it is left out"`
	Query    string `json:"query,omitempty" doc:"Of kind query: a SELECT"`
	Database string `json:"database,omitempty" doc:"Of kind query"`
}

// ReconMappingRequest is what a person says about columns, by their names.
type ReconMappingRequest struct {
	Mapping map[string]ReconMapped `json:"mapping"`
}

// ReconUploadRequest announces a file that comes in pieces.
type ReconUploadRequest struct {
	FileName string `json:"file_name" maxLength:"255" example:"grand-livre-2026.csv"`
	Bytes    int64  `json:"bytes" minimum:"1" doc:"Of the whole"`
	SHA256   string `json:"sha256,omitempty" pattern:"^[0-9a-f]{64}$" doc:"Of the whole, in lower-case hexadecimal digits; where it is left out, the whole is not checked"`
}

// ReconUpload is a file on its way in.
type ReconUpload struct {
	ID        string `json:"id"`
	SourceID  string `json:"source_id"`
	FileName  string `json:"file_name"`
	Bytes     int64  `json:"bytes" doc:"That it will have"`
	Received  int64  `json:"received" doc:"The offset at which the next piece begins"`
	ExpiresAt Time   `json:"expires_at"`
}

type (
	newReconSourceInput struct {
		ID string `path:"id"`
		Creation
		Body ReconSourceRequest
	}
	reconSourceInput struct {
		ID   string `path:"id"`
		Body ReconSourceRequest
	}
	reconMappingInput struct {
		ID   string `path:"id"`
		Body ReconMappingRequest
	}
	reconUploadInput struct {
		ID   string `path:"id"`
		Body ReconUploadRequest
	}
)

func (a *api) addReconSources() {
	op := operationsOf(tagRecon)
	add(a, forMe, op("list-recon-sources", http.MethodGet, "/recon/projects/{id}/sources", "Sources of a project", "Its sides, in their order.", 403), a.reconSources)
	add(a, forMe, creating(broad(op("add-recon-source", http.MethodPost, "/recon/projects/{id}/sources", "Add a source", "Behind the others; eight at most.", 409))), a.addReconSource)
	add(a, forMe, broad(op("change-recon-source", http.MethodPut, "/recon/sources/{id}", "Change a source", "Its name, or what it asks.", 409)), a.changeReconSource)
	add(a, forMe, op("remove-recon-source", http.MethodDelete, "/recon/sources/{id}", "Remove a source", "The last one of a project, where no run used it; two stay.", 403, 409), a.removeReconSource)
	add(a, forMe, broad(op("map-recon-source", http.MethodPut, "/recon/sources/{id}/mapping", "Say what columns are", "For the versions that there are and those to come.", 409)), a.mapReconSource)
	addRaw(a, creating(op("load-recon-file", http.MethodPost, "/recon/sources/{id}/files", "Load a file",
		"As multipart/form-data in the field file, 1 GB at most; larger ones in pieces. The same bytes again are the version that there is.", 409, 410)), maxReconFormBytes, formWith(reconFile, "The file, in any of the formats"), a.loadReconFile)
	add(a, forMe, creating(op("load-recon-source", http.MethodPost, "/recon/sources/{id}/load", "Ask a source for its records", "One of kind query or feed.", 409)), a.loadReconSource)
	add(a, forMe, creating(op("begin-recon-upload", http.MethodPost, "/recon/sources/{id}/uploads", "Announce a large file", "It comes in pieces within 24 hours: PUT each one, then POST finish. GET says how far it is.", 409)), a.beginReconUpload)
	add(a, forMe, op("get-recon-upload", http.MethodGet, "/recon/uploads/{id}", "How far a file is", "For going on with it after a break.", 403, 410), a.reconUpload)
	piece := op("put-recon-piece", http.MethodPut, "/recon/uploads/{id}/{offset}", "Send a piece of a file",
		"The bytes from offset on, 64 MB at most, where the last piece ended; 409 elsewhere, with where it goes on.", 409, 410)
	piece.Parameters = []*huma.Param{{Name: "Content-Digest", In: "header", Description: "RFC 9530, sha-256 of the piece: one with other bytes is refused", Example: "sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:", Schema: &huma.Schema{Type: huma.TypeString}}}
	addRaw(a, piece, maxReconPieceBytes, anyBytes(), a.putReconPiece)
	addRaw(a, creating(op("finish-recon-upload", http.MethodPost, "/recon/uploads/{id}/finish", "All pieces are there", "Makes a version of the file.", 409, 410)), 0, nil, a.finishReconUpload)
	add(a, forMe, op("list-recon-versions", http.MethodGet, "/recon/sources/{id}/versions", "Versions of a source", "Its loads, the latest first.", 403), a.reconVersions)
	add(a, forMe, op("preview-recon-version", http.MethodGet, "/recon/versions/{id}/preview", "Look into a version", "Its first rows, what its columns are taken for, and its quality.", 403, 410), a.reconPreview)
	add(a, forMe, op("remove-recon-version", http.MethodDelete, "/recon/versions/{id}", "Take a version back", "Where no run has used it.", 403, 409), a.removeReconVersion)
}

func (a *api) reconSources(ctx context.Context, c *call, in *idInput) (*answer[List[ReconSource]], error) {
	sources, err := a.Recon.Sources(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(listOf(sources, reconSourceOf)), nil
}

func (a *api) addReconSource(ctx context.Context, c *call, in *newReconSourceInput) (*answer[ReconSource], error) {
	if err := knownForm(in.ID); err != nil {
		return nil, err
	}
	form := in.Body.form()
	form.IdempotencyKey = in.IdempotencyKey
	made, err := a.Recon.AddSource(ctx, c.actor, in.ID, form)
	return reconSourceReply(made, err)
}

func (a *api) changeReconSource(ctx context.Context, c *call, in *reconSourceInput) (*answer[ReconSource], error) {
	changed, err := a.Recon.ChangeSource(ctx, c.actor, in.ID, in.Body.form())
	return reconSourceReply(changed, err)
}

func (a *api) removeReconSource(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	return nil, a.Recon.RemoveSource(ctx, c.actor, in.ID)
}

func (a *api) mapReconSource(ctx context.Context, c *call, in *reconMappingInput) (*answer[ReconSource], error) {
	mapping := record.Mapping{}
	for column, said := range in.Body.Mapping {
		mapping[column] = record.Mapped{Role: record.Role(said.Role), Type: record.Type(said.Type), Written: said.Written, Ignore: said.Ignore}
	}
	mapped, err := a.Recon.SetMapping(ctx, c.actor, in.ID, mapping)
	return reconSourceReply(mapped, err)
}

func reconSourceReply(s workspace.Source, err error) (*answer[ReconSource], error) {
	if err != nil {
		return nil, err
	}
	return reply(reconSourceOf(s)), nil
}

// loadReconFile hands the file on as it arrives.
func (a *api) loadReconFile(c *call, r *http.Request) (ReconVersion, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != multipartForm {
		return ReconVersion{}, refusal{status: http.StatusUnsupportedMediaType, cause: errs.New(errs.Invalid, "recon_api.multipart")}
	}
	form, err := r.MultipartReader()
	if err != nil {
		return ReconVersion{}, refusal{status: http.StatusBadRequest, cause: errs.Wrap(err, errs.Invalid, "api.broken_body")}
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			var fields errs.Fields
			fields.Add(reconFile, "api.required", nil)
			return ReconVersion{}, fields.Err()
		}
		if err != nil {
			return ReconVersion{}, arrival(err)
		}
		if part.FormName() != reconFile {
			continue
		}
		loaded, err := a.Recon.Upload(r.Context(), c.actor, r.PathValue("id"), part.FileName(), checkedReader{part}, c.language)
		if err != nil {
			return ReconVersion{}, arrival(err)
		}
		return reconVersionOf(loaded), nil
	}
}

// errCut is a body that ended before its time.
var errCut = errors.New("the body was cut off")

// checkedReader tells apart a body that broke off from what goes wrong with storing it.
type checkedReader struct{ io.Reader }

// Read is for io.Reader.
func (c checkedReader) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); !tooLarge {
			err = errors.Join(errCut, err)
		}
	}
	return n, err
}

// arrival says what is wrong with a body that did not arrive as it should.
func arrival(err error) error {
	if _, known := errors.AsType[*errs.Error](err); known {
		return err
	}
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return errs.Wrap(err, errs.TooLarge, "error.too_large")
	}
	if errors.Is(err, errCut) || errors.Is(err, io.ErrUnexpectedEOF) || strings.HasPrefix(err.Error(), "multipart: ") {
		return refusal{status: http.StatusBadRequest, cause: errs.Wrap(err, errs.Invalid, "api.broken_body")}
	}
	return err
}

func (a *api) loadReconSource(ctx context.Context, c *call, in *idInput) (*answer[ReconVersion], error) {
	loaded, err := a.Recon.Load(ctx, c.actor, in.ID, c.language)
	if err != nil {
		return nil, err
	}
	return reply(reconVersionOf(loaded)), nil
}

func (a *api) beginReconUpload(ctx context.Context, c *call, in *reconUploadInput) (*created[ReconUpload], error) {
	begun, err := a.Recon.BeginUpload(ctx, c.actor, in.ID, in.Body.FileName, in.Body.Bytes, in.Body.SHA256)
	if err != nil {
		return nil, err
	}
	return &created[ReconUpload]{Location: prefix + "/recon/uploads/" + begun.ID, Body: reconUploadOf(begun)}, nil
}

func (a *api) reconUpload(ctx context.Context, c *call, in *idInput) (*answer[ReconUpload], error) {
	upload, err := a.Recon.UploadState(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(reconUploadOf(upload)), nil
}

func (a *api) putReconPiece(c *call, r *http.Request) (ReconUpload, error) {
	var fields errs.Fields
	offset, err := strconv.ParseInt(r.PathValue("offset"), 10, 64)
	fields.Check(err == nil && offset >= 0, "offset", "api.not_integer")
	sum, ok := contentDigest(r.Header.Values("Content-Digest"))
	fields.Check(ok, "Content-Digest", "recon_api.digest")
	if err := fields.Err(); err != nil {
		return ReconUpload{}, err
	}
	upload, err := a.Recon.PutChunk(r.Context(), c.actor, r.PathValue("id"), offset, checkedReader{r.Body}, sum)
	if err != nil {
		return ReconUpload{}, arrival(err)
	}
	return reconUploadOf(upload), nil
}

// contentDigest reads the SHA-256 out of Content-Digest headers, as hexadecimal digits; none where there is no header.
func contentDigest(headers []string) (string, bool) {
	if len(headers) == 0 {
		return "", true
	}
	for entry := range strings.SplitSeq(strings.Join(headers, ","), ",") {
		algorithm, value, _ := strings.Cut(strings.TrimSpace(entry), "=")
		value, begins := strings.CutPrefix(value, ":")
		value, ends := strings.CutSuffix(value, ":")
		if strings.EqualFold(algorithm, "sha-256") && begins && ends {
			sum, err := base64.StdEncoding.DecodeString(value)
			return hex.EncodeToString(sum), err == nil && len(sum) == 32
		}
	}
	return "", false
}

func (a *api) finishReconUpload(c *call, r *http.Request) (ReconVersion, error) {
	loaded, err := a.Recon.FinishUpload(r.Context(), c.actor, r.PathValue("id"), c.language)
	if err != nil {
		return ReconVersion{}, err
	}
	return reconVersionOf(loaded), nil
}

func (a *api) reconVersions(ctx context.Context, c *call, in *idInput) (*answer[List[ReconVersion]], error) {
	versions, err := a.Recon.Versions(ctx, c.actor, in.ID)
	if err != nil {
		return nil, err
	}
	return reply(listOf(versions, reconVersionOf)), nil
}

func (a *api) reconPreview(ctx context.Context, c *call, in *idInput) (*answer[ReconPreview], error) {
	p, err := a.Recon.Preview(ctx, c.actor, in.ID, c.language)
	if err != nil {
		return nil, err
	}
	return reply(ReconPreview{Version: reconVersionOf(p.Version), Format: p.Format, Encoding: p.Encoding, Rows: notNull(p.Rows), Count: p.Count, Rejected: p.Rejected,
		Empty: p.Empty, Repeated: p.Repeated, Problems: notNull(p.Problems), Columns: listOf(p.Columns, func(c workspace.PreviewColumn) ReconColumn {
			return ReconColumn{Name: c.Name, Role: string(c.Role), Type: string(c.Type), Written: c.Written, Confidence: c.Confidence, Filled: c.Filled,
				Sample: notNull(c.Sample), Ignored: c.Ignored, Chosen: c.Chosen}
		}).Items}), nil
}

func (a *api) removeReconVersion(ctx context.Context, c *call, in *idInput) (*struct{}, error) {
	return nil, a.Recon.RemoveVersion(ctx, c.actor, in.ID)
}

func (r ReconSourceRequest) form() workspace.SourceForm {
	return workspace.SourceForm{Name: r.Name, Kind: workspace.SourceKind(r.Kind), Query: r.Query, Database: r.Database}
}

func reconSourceOf(s workspace.Source) ReconSource {
	wire := ReconSource{ID: s.ID, Side: s.Side, Name: s.Name, Kind: string(s.Kind), Query: s.Query, Database: s.Database, Versions: s.Versions, Mapping: map[string]ReconMapped{}}
	for column, said := range s.Mapping {
		wire.Mapping[column] = ReconMapped{Role: string(said.Role), Type: string(said.Type), Written: said.Written, Ignore: said.Ignore}
	}
	if s.Latest != nil {
		latest := reconVersionOf(*s.Latest)
		wire.Latest = &latest
	}
	return wire
}

func reconVersionOf(v workspace.Version) ReconVersion {
	return ReconVersion{ID: v.ID, SourceID: v.SourceID, Number: v.Number, FileName: v.FileName, SHA256: v.SHA256, Bytes: v.Bytes, Format: v.Format, Rows: v.Rows,
		Rejected: v.Rejected, LoadedBy: v.LoadedBy, LoadedAt: timeOf(v.LoadedAt)}
}

func reconUploadOf(u workspace.Upload) ReconUpload {
	return ReconUpload{ID: u.ID, SourceID: u.SourceID, FileName: u.FileName, Bytes: u.Bytes, Received: u.Received, ExpiresAt: timeOf(u.ExpiresAt)}
}
