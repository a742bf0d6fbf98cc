package edge

import (
	"encoding/json"
	"net/http"

	"github.com/meridian-api/meridian/platform/problem"
)

// writeProblem answers with a problem document (RFC 9457), in the words that the API itself uses: to the client of the
// local cloud the edge is part of it.
func writeProblem(w http.ResponseWriter, kind problem.Kind, detail string) {
	body, err := json.Marshal((&problem.Error{Kind: kind, Detail: detail}).Document(""))
	if err != nil {
		panic(err) // strings and a number always marshal
	}
	w.Header().Set("Content-Type", problem.MediaType)
	w.WriteHeader(kind.Status)
	w.Write(body)
}
