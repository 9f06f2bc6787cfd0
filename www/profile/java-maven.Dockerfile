FROM maven:3.9-eclipse-temurin-21 AS build
WORKDIR /build
COPY pom.xml .
RUN mvn -B dependency:go-offline
COPY src ./src
RUN mvn -B package -DskipTests

FROM eclipse-temurin:21-jre
MAINTAINER someone@example.com
ARG JAR_FILE=target/*.jar
VOLUME /tmp
COPY --from=build /build/${JAR_FILE} app.jar
ENV JAVA_OPTS=""
EXPOSE 8080/tcp
STOPSIGNAL SIGTERM
ENTRYPOINT ["sh", "-c", "java $JAVA_OPTS -jar /app.jar"]
