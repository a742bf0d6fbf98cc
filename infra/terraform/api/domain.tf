# The Region's names. All Regions share the domain, and DNS returns the nearest healthy
# one to each client. The second name belongs to this Region: health checks use it, and
# requests to it reach the Region even when DNS points elsewhere.

locals {
  hosts = {
    shared = local.settings.domain
    region = try(module.settings.names.hosts[var.region], "")
  }

  # Aliases for IPv4 and IPv6.
  records = ["A", "AAAA"]
}

data "aws_route53_zone" "zone" {
  name = local.settings.zone
}

# The root global creates and validates the certificate: the DNS record that proves the
# domain is the same for every Region's certificate, and only one state can own it.
data "aws_acm_certificate" "region" {
  region = var.region

  domain      = local.settings.domain
  types       = ["AMAZON_ISSUED"]
  statuses    = ["ISSUED"]
  most_recent = true
}

resource "aws_api_gateway_domain_name" "host" {
  for_each = local.hosts
  region   = var.region

  domain_name              = each.value
  regional_certificate_arn = data.aws_acm_certificate.region.arn
  security_policy          = "TLS_1_2" # accepts TLS 1.3, too; see "What AWS has released" in the README

  endpoint_configuration {
    types           = ["REGIONAL"]
    ip_address_type = "dualstack"
  }
}

resource "aws_api_gateway_base_path_mapping" "host" {
  for_each = local.hosts
  region   = var.region

  domain_name = aws_api_gateway_domain_name.host[each.key].domain_name
  api_id      = aws_api_gateway_rest_api.api.id
  stage_name  = aws_api_gateway_stage.api.stage_name
}

# Without a health check, which a lean environment does not have, the record itself goes
# when the Region is drained.
resource "aws_route53_record" "latency" {
  for_each = toset(module.settings.lean && local.drained ? [] : local.records)

  zone_id         = data.aws_route53_zone.zone.zone_id
  name            = local.settings.domain
  type            = each.key
  set_identifier  = var.region
  health_check_id = one(aws_route53_health_check.region[*].id)

  latency_routing_policy {
    region = var.region
  }

  alias {
    name                   = aws_api_gateway_domain_name.host["shared"].regional_domain_name
    zone_id                = aws_api_gateway_domain_name.host["shared"].regional_zone_id
    evaluate_target_health = true
  }
}

resource "aws_route53_record" "region" {
  for_each = toset(local.records)

  zone_id = data.aws_route53_zone.zone.zone_id
  name    = local.hosts.region
  type    = each.key

  alias {
    name                   = aws_api_gateway_domain_name.host["region"].regional_domain_name
    zone_id                = aws_api_gateway_domain_name.host["region"].regional_zone_id
    evaluate_target_health = false
  }
}
