data "aws_route53_zone" "zone" {
  name = local.settings.zone
}

resource "aws_acm_certificate" "portal" {
  region = module.settings.global_region # CloudFront accepts certificates of this Region only

  domain_name       = local.settings.portal
  validation_method = "DNS"

  lifecycle {
    create_before_destroy = true
  }

  tags = {
    Name = "${var.environment} portal"
  }
}

resource "aws_route53_record" "proof" {
  zone_id         = data.aws_route53_zone.zone.zone_id
  ttl             = 300
  allow_overwrite = true # see global/certificates.tf

  name    = one(aws_acm_certificate.portal.domain_validation_options[*].resource_record_name)
  type    = one(aws_acm_certificate.portal.domain_validation_options[*].resource_record_type)
  records = aws_acm_certificate.portal.domain_validation_options[*].resource_record_value
}

resource "aws_acm_certificate_validation" "portal" {
  region = module.settings.global_region

  certificate_arn         = aws_acm_certificate.portal.arn
  validation_record_fqdns = [aws_route53_record.proof.fqdn]

  timeouts {
    create = "15m" # see global/certificates.tf
  }
}

resource "aws_route53_record" "portal" {
  for_each = toset(["A", "AAAA"])

  zone_id = data.aws_route53_zone.zone.zone_id
  name    = local.settings.portal
  type    = each.key

  alias {
    name                   = aws_cloudfront_distribution.portal.domain_name
    zone_id                = aws_cloudfront_distribution.portal.hosted_zone_id
    evaluate_target_health = false # Route 53 cannot evaluate CloudFront
  }
}
