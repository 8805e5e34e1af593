# Runs a command with an empty, unlocked keyring on the session bus it is started on.
# The empty password makes the collection "login" at the first start and opens it.
printf '\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
exec "$@"
