FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build-env
WORKDIR /App
COPY *.csproj ./
RUN dotnet restore
COPY . ./
RUN dotnet publish -c Release -o out

FROM mcr.microsoft.com/dotnet/aspnet:8.0
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /App
COPY --from=build-env /App/out .
ENTRYPOINT ["dotnet", "App.dll"]
