tacho --version
