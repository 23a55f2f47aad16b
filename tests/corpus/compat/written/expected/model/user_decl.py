User of 9 1
email
is_admin
site_url
ip
