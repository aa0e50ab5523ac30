"""A module for each platform; `config.platforms` says what it holds, and finds it by listing this folder."""
