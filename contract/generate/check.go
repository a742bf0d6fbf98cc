package generate

import "github.com/meridian-api/meridian/platform/rest"

func (g *generation) checkService()    {}
func (g *generation) checkResources()  {}
func (g *generation) checkTypes()      {}
func (g *generation) checkOperations() {
	for _, o := range g.operations {
		var err error
		if o.params, err = rest.Parameters(o.Input); err != nil {
			g.refuse(o, "%w", err)
		}
		if o.headers, err = rest.Parameters(o.Output); err != nil {
			g.refuse(o, "%w", err)
		}
	}
}
