package gateway

import (
	"strconv"
	"testing"
)

func TestRememberedTokensAreBounded(t *testing.T) {
	var v verified
	for i := range 3*maxVerified + 1 {
		token := strconv.Itoa(i)
		v.add(token, signed{keyID: token})
		if v.tokens[token].keyID != token || len(v.tokens) > maxVerified {
			t.Fatalf("after %d tokens, %d are remembered", i+1, len(v.tokens))
		}
	}
}
