package foreign_test

import (
	"testing"

	"github.com/meridian-api/meridian/contract/foreign"
	"github.com/meridian-api/meridian/contract/generate/fixture/api"
)

func TestFixture(t *testing.T) { foreign.Test(t, api.Service(), "../generate/fixture") }
