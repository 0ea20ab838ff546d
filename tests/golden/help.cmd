tacho --help
