module github.com/meridian-api/meridian/profiles

go 1.26.0

require (
	github.com/meridian-api/meridian/contract v0.0.0
	github.com/meridian-api/meridian/platform v0.0.0
)

replace github.com/meridian-api/meridian/platform => ../platform

replace github.com/meridian-api/meridian/contract => ../contract
