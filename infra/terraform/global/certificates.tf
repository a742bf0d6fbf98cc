# A certificate in each Region, for the domain that all Regions share and for the
# Region's own name.
#
# They are here and not with each Region's API because ACM proves the shared domain by
# the same DNS record in every Region of an account. If each Region had the record in its
# state, removing one Region would remove the record that renews the other certificates.

data "aws_route53_zone" "zone" {
  name = local.settings.zone
}

resource "aws_acm_certificate" "region" {
  for_each = toset(local.settings.regions)
  region   = each.key

  domain_name               = local.settings.domain
  subject_alternative_names = [module.settings.names.hosts[each.key]]
  validation_method         = "DNS"

  # A domain in use keeps its certificate until the next one exists.
  lifecycle {
    create_before_destroy = true
  }

  tags = {
    Name = "${var.environment} ${each.key}"
  }
}

locals {
  # The host of each DNS record, and the Region whose certificate has the record.
  proofs = merge(
    { shared = { host = local.settings.domain, region = local.settings.home } },
    { for r, host in module.settings.names.hosts : r => { host = host, region = r } },
  )
}

resource "aws_route53_record" "proof" {
  for_each = local.proofs

  zone_id = data.aws_route53_zone.zone.zone_id
  ttl     = 300

  # ACM uses the same record for the same name in the whole account, so it may remain from
  # an earlier environment or be another stack's. Its content is the same.
  allow_overwrite = true

  name    = one([for o in aws_acm_certificate.region[each.value.region].domain_validation_options : o.resource_record_name if o.domain_name == each.value.host])
  type    = one([for o in aws_acm_certificate.region[each.value.region].domain_validation_options : o.resource_record_type if o.domain_name == each.value.host])
  records = [one([for o in aws_acm_certificate.region[each.value.region].domain_validation_options : o.resource_record_value if o.domain_name == each.value.host])]
}

resource "aws_acm_certificate_validation" "region" {
  for_each = toset(local.settings.regions)
  region   = each.key

  certificate_arn         = aws_acm_certificate.region[each.key].arn
  validation_record_fqdns = [aws_route53_record.proof["shared"].fqdn, aws_route53_record.proof[each.key].fqdn]

  # ACM validates within minutes if the zone is delegated. The provider's own limit is 75
  # minutes, which is how long a zone that is not delegated would keep an apply waiting.
  timeouts {
    create = "15m"
  }
}
