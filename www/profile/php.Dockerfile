FROM composer:2 AS vendor
COPY composer.json composer.lock /app/
RUN composer install --no-dev --no-scripts --prefer-dist

FROM php:8.3-apache
RUN docker-php-ext-install pdo_mysql
RUN set -eux; \
    a2enmod rewrite; \
    mv "$PHP_INI_DIR/php.ini-production" "$PHP_INI_DIR/php.ini"
COPY --chown=www-data:www-data --from=vendor /app/vendor /var/www/html/vendor
COPY --chmod=755 scripts/*.sh /usr/local/bin/
WORKDIR /var/www/html
COPY ["public", "./public/"]
