# The documentation portal: files in a private bucket that only CloudFront can read. If
# the bucket's Region fails, CloudFront's edges serve what they have cached.

locals {
  bucket = module.settings.names.portal
  site   = coalesce(var.site, "${var.repository}/dist/site")
  files  = fileset(local.site, "**")

  # By file name extension; S3 would serve every file as a download.
  types = {
    css  = "text/css; charset=utf-8", html = "text/html; charset=utf-8", js = "text/javascript; charset=utf-8",
    json = "application/json", map = "application/json", png = "image/png", svg = "image/svg+xml",
    txt  = "text/plain; charset=utf-8", woff2 = "font/woff2", yaml = "application/yaml", ico = "image/x-icon",
  }
}

module "bucket" {
  source = "../modules/bucket"

  name   = local.bucket
  region = local.settings.home

  # The contents are a copy of what the repository builds.
  force_destroy = true
  keep_days     = 30

  statements = [{
    Sid       = "CloudFront"
    Effect    = "Allow"
    Principal = { Service = "cloudfront.amazonaws.com" }
    Action    = "s3:GetObject"
    Resource  = "arn:${local.partition}:s3:::${local.bucket}/*"
    Condition = { StringEquals = { "aws:SourceArn" = aws_cloudfront_distribution.portal.arn } }
  }]
}

resource "aws_s3_object" "file" {
  for_each = local.files
  region   = local.settings.home

  bucket       = module.bucket.id
  key          = each.key
  source       = "${local.site}/${each.key}"
  source_hash  = filemd5("${local.site}/${each.key}")
  content_type = lookup(local.types, lower(element(split(".", each.key), -1)), "application/octet-stream")

  # Short, so that new files need no invalidation.
  cache_control = "public, max-age=300"
}

resource "aws_cloudfront_origin_access_control" "portal" {
  name                              = "${var.environment}-${module.settings.system.name}-portal"
  description                       = "CloudFront signs its requests to the portal's bucket"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

data "aws_cloudfront_cache_policy" "optimized" {
  name = "Managed-CachingOptimized"
}

resource "aws_cloudfront_response_headers_policy" "portal" {
  #checkov:skip=CKV_AWS_259: strict transport security is on; whether browsers preload it is for the domain's owner to decide.
  name    = "${var.environment}-${module.settings.system.name}-portal"
  comment = "What a page cannot say of itself"

  security_headers_config {
    content_security_policy {
      content_security_policy = "frame-ancestors 'none'" # the pages have the rest
      override                = false
    }

    content_type_options {
      override = true
    }

    frame_options {
      frame_option = "DENY"
      override     = true
    }

    referrer_policy {
      referrer_policy = "no-referrer"
      override        = true
    }

    strict_transport_security {
      access_control_max_age_sec = 31536000
      include_subdomains         = true
      preload                    = false
      override                   = true
    }
  }
}

resource "aws_cloudfront_distribution" "portal" {
  #checkov:skip=CKV_AWS_68: public static files have nothing for a firewall to protect.
  #checkov:skip=CKV2_AWS_47: no Java program reads these requests.
  #checkov:skip=CKV_AWS_86: it serves no user's data, and its own metrics show whether it works.
  #checkov:skip=CKV_AWS_310: the edges serve what they have cached; the rest of the documentation can wait.
  #checkov:skip=CKV_AWS_374: the documentation is for every country.
  enabled             = true
  comment             = "${module.settings.system.title} ${var.environment}: documentation"
  aliases             = [local.settings.portal]
  default_root_object = "index.html"
  http_version        = "http2and3"
  is_ipv6_enabled     = true
  price_class         = "PriceClass_100" # North America and Europe

  origin {
    origin_id                = "bucket"
    domain_name              = module.bucket.domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.portal.id
  }

  default_cache_behavior {
    target_origin_id           = "bucket"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    viewer_protocol_policy     = "redirect-to-https"
    compress                   = true
    cache_policy_id            = data.aws_cloudfront_cache_policy.optimized.id
    response_headers_policy_id = aws_cloudfront_response_headers_policy.portal.id
  }

  # S3 returns 403 for a missing file, because CloudFront has no right to list.
  custom_error_response {
    error_code            = 403
    response_code         = 404
    response_page_path    = "/index.html"
    error_caching_min_ttl = 10
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    acm_certificate_arn      = aws_acm_certificate_validation.portal.certificate_arn
    minimum_protocol_version = "TLSv1.2_2021"
    ssl_support_method       = "sni-only"
  }

  lifecycle {
    precondition {
      condition     = contains(local.files, "index.html")
      error_message = "${local.site} has no index.html: write the site with 'go tool mage contract:site'."
    }
  }
}
